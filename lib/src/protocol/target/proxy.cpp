#include "protocol/target/proxy.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "llmload/error.hpp"
#include "protocol/target/authority.hpp"
#include "text/base64.hpp"
#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

using text::lower;

std::string authority_of(const Endpoint& endpoint) {
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  return (v6 ? '[' + endpoint.host + ']' : endpoint.host) + ':' + endpoint.port;
}

/// "%40" is "@"; anything else stays as it is.
std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned byte = 0;
    const char* const digits = text.data() + at + 1;
    const bool escape = text[at] == '%' && at + 2 < text.size() &&
                        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    decoded += escape ? static_cast<char>(byte) : text[at];
    if (escape) at += 2;
  }
  return decoded;
}

}  // namespace

Proxy parse_proxy(std::string_view url) {
  constexpr std::string_view wanted = "a proxy is http://[user:password@]host[:port]";
  std::string_view rest = url;
  if (const auto scheme = rest.find("://"); scheme != std::string_view::npos) {
    if (lower(rest.substr(0, scheme)) != "http")
      throw InputError(std::string(wanted) + ", not " + std::string(rest.substr(0, scheme)) + "://");
    rest.remove_prefix(scheme + 3);
  }
  rest = rest.substr(0, rest.find_first_of("/?#"));
  Proxy proxy;
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    proxy.credentials = Secret(percent_decoded(rest.substr(0, at)));
    rest.remove_prefix(at + 1);
  }
  const auto [host, port] = split_port(rest);
  const bool digits = std::ranges::all_of(port, [](unsigned char c) { return std::isdigit(c) != 0; });
  if (host.empty() || !digits || port.size() > 5) throw InputError(std::string(wanted));
  proxy.host = lower(host);
  proxy.port = port.empty() ? "80" : std::string(port);
  return proxy;
}

std::string connect_request(const Endpoint& endpoint) {
  const std::string authority = authority_of(endpoint);
  std::string request = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n";
  const std::string& credentials = endpoint.proxy->credentials.reveal();
  if (!credentials.empty())
    request += "Proxy-Authorization: Basic " + text::encode_base64(credentials) + "\r\n";
  return request + "\r\n";
}

std::size_t connect_answer_end(std::string_view received) {
  constexpr std::string_view end = "\r\n\r\n";
  const auto at = received.find(end);
  return at == std::string_view::npos ? 0 : at + end.size();
}

std::string connect_error(std::string_view answer) {
  const std::string_view line = answer.substr(0, answer.find('\r'));
  const bool http = line.starts_with("HTTP/1.") && line.size() >= 12 && line[8] == ' ';
  if (!http) return "the proxy's answer is not HTTP";
  if (line[9] == '2') return "";
  return "the proxy refuses the tunnel: " + std::string(line.substr(9));
}

}  // namespace llmload::protocol
