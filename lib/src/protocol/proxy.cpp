#include "protocol/proxy.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "llmload/error.hpp"
#include "text/base64.hpp"
#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

using text::lower;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// "host", "host:port", "[::1]:port", or "::1" alone.
std::pair<std::string_view, std::string_view> split_port(std::string_view authority) {
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return {authority, {}};
    const auto behind = authority.substr(close + 1);
    return {authority.substr(1, close - 1), behind.starts_with(':') ? behind.substr(1) : std::string_view()};
  }
  const auto colon = authority.find(':');
  if (colon == std::string_view::npos || authority.find(':', colon + 1) != std::string_view::npos)
    return {authority, {}};
  return {authority.substr(0, colon), authority.substr(colon + 1)};
}

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

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.ends_with(".localhost") ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

bool bypasses_proxy(const Endpoint& endpoint, std::string_view no_proxy) {
  if (is_loopback(endpoint.host)) return true;
  while (!no_proxy.empty()) {
    const auto comma = std::min(no_proxy.find(','), no_proxy.size());
    const std::string entry = lower(trimmed(no_proxy.substr(0, comma)));
    no_proxy.remove_prefix(std::min(comma + 1, no_proxy.size()));
    if (entry == "*") return true;
    auto [host, port] = split_port(entry);
    if (host.starts_with("*.")) host.remove_prefix(1);
    if (host.starts_with('.')) host.remove_prefix(1);
    if (host.empty() || (!port.empty() && port != endpoint.port)) continue;
    const std::string_view name = endpoint.host;
    if (name == host) return true;
    if (name.ends_with(host) && name[name.size() - host.size() - 1] == '.') return true;
  }
  return false;
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
