#include <algorithm>
#include <cctype>
#include <utility>

#include "dialect/known.hpp"
#include "llmload/error.hpp"
#include "llmload/plan.hpp"
#include "protocol/target/parse_url.hpp"
#include "protocol/target/shown_url.hpp"
#include "text/characters.hpp"
#include "text/lower.hpp"

namespace llmload {
namespace {

[[noreturn]] void reject(std::string_view url, const std::string& why) {
  throw InputError("endpoint \"" + protocol::shown_url(url) + "\": " + why);
}

bool is_port(std::string_view port) {
  return !port.empty() && port.size() <= 5 &&
         std::ranges::all_of(port, [](unsigned char c) { return std::isdigit(c); }) &&
         std::stoi(std::string(port)) >= 1 && std::stoi(std::string(port)) <= 65535;
}

std::string_view path_of(const Endpoint& endpoint) {
  const std::string_view target = endpoint.target;
  return target.substr(0, target.find('?'));
}

}  // namespace

Endpoint protocol::parse_url(std::string_view url) {
  Endpoint endpoint;
  endpoint.url = url;
  std::string_view rest = url;
  if (!text::is_visible(url)) {
    reject(url, "a URL holds no spaces, control characters or non-ASCII letters");
  }
  if (rest.starts_with("https://"))
    rest.remove_prefix(8);
  else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
    endpoint.tls = false;
  } else {
    reject(url, "it must begin with https:// or http://");
  }
  if (const auto fragment = rest.find('#'); fragment != std::string_view::npos)
    rest = rest.substr(0, fragment);
  const auto slash = rest.find_first_of("/?");
  std::string_view authority = rest.substr(0, slash);
  endpoint.target = slash == std::string_view::npos ? "/" : std::string(rest.substr(slash));
  if (authority.find('@') != std::string_view::npos) {
    throw InputError("an endpoint has a user name in it: give the key by itself instead");
  }
  endpoint.port = endpoint.tls ? "443" : "80";
  const bool v6 = authority.starts_with('[');
  const auto close = v6 ? authority.find(']') : 0;
  if (close == std::string_view::npos) reject(url, "the IPv6 address lacks its ]");
  if (v6 && close + 1 < authority.size() && authority[close + 1] != ':') {
    reject(url, "after the ] of an IPv6 address there may be a port and nothing else");
  }
  if (const auto colon = authority.find(':', close); colon != std::string_view::npos) {
    endpoint.port = authority.substr(colon + 1);
    if (!is_port(endpoint.port)) reject(url, "the port must be a number from 1 to 65535");
    authority = authority.substr(0, colon);
  }
  endpoint.host = text::lower(v6 ? authority.substr(1, close - 1) : authority);
  if (endpoint.host.empty()) reject(url, "it has no host");
  return endpoint;
}

Endpoint parse_endpoint(std::string_view url) {
  Endpoint endpoint = protocol::parse_url(url);
  endpoint.dialect = dialect::known_by_path(path_of(endpoint));
  if (!endpoint.dialect) reject(url, "its path must end in " + std::string(dialect::known_paths));
  return endpoint;
}

Endpoint parse_endpoint(std::string_view url, std::shared_ptr<const Dialect> dialect) {
  if (!dialect) reject(url, "it has no dialect");
  Endpoint endpoint = protocol::parse_url(url);
  const std::string_view suffix = dialect->path_suffix();
  if (!path_of(endpoint).ends_with(suffix)) reject(url, "its path must end in " + std::string(suffix));
  endpoint.dialect = std::move(dialect);
  return endpoint;
}

const Dialect& dialect_of(const Plan& plan) {
  static const std::shared_ptr<const Dialect> usual = chat_dialect();
  if (plan.endpoints.empty()) return *usual;
  const std::shared_ptr<const Dialect>& dialect = plan.endpoints.front().dialect;
  if (!dialect) throw InputError("an endpoint of the plan has no dialect");
  return *dialect;
}

}  // namespace llmload
