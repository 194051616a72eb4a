#include "protocol/target/no_proxy.hpp"

#include <algorithm>
#include <string>

#include "protocol/target/authority.hpp"
#include "protocol/target/ip_address.hpp"
#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

/// A name may end with the dot of the root.
std::string_view without_last_dot(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

bool is_in_domain(std::string_view name, std::string_view domain) {
  if (domain.starts_with("*.")) domain.remove_prefix(1);
  if (domain.starts_with('.')) domain.remove_prefix(1);
  if (domain.empty() || !name.ends_with(domain)) return false;
  return name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.';
}

/// "[fd00::]/8" and "[fd00::/8]" are fd00::/8.
std::string without_brackets(std::string entry) {
  std::erase_if(entry, [](char c) { return c == '[' || c == ']'; });
  return entry;
}

bool matches(std::string_view entry, const Endpoint& endpoint) {
  if (entry == "*") return true;
  const std::optional<IpAddress> address = parse_ip(endpoint.host);
  if (entry.find('/') != std::string_view::npos) {
    const std::optional<IpRange> range = parse_ip_range(without_brackets(std::string(entry)));
    return range && address && contains(*range, *address);
  }
  const auto [host, port] = split_port(entry);
  if (!port.empty() && port != endpoint.port) return false;
  if (address) return parse_ip(host) == address;
  return is_in_domain(without_last_dot(endpoint.host), without_last_dot(host));
}

}  // namespace

bool is_loopback(std::string_view host) {
  if (const std::optional<IpAddress> address = parse_ip(host)) {
    return contains({*parse_ip("127.0.0.0"), 8}, *address) || address == parse_ip("::1");
  }
  const bool short_address =  // 127.1, which the system reads as 127.0.0.1
      host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host.ends_with(".localhost") || short_address;
}

bool bypasses_proxy(const Endpoint& endpoint, std::string_view no_proxy) {
  if (is_loopback(endpoint.host)) return true;
  constexpr std::string_view between = ", \t\r\n";
  const std::string list = text::lower(no_proxy);
  for (std::size_t begin = list.find_first_not_of(between); begin < list.size();) {
    const std::size_t end = std::min(list.find_first_of(between, begin), list.size());
    if (matches(std::string_view(list).substr(begin, end - begin), endpoint)) return true;
    begin = list.find_first_not_of(between, end);
  }
  return false;
}

}  // namespace llmload::protocol
