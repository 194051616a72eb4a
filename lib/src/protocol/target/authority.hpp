#pragma once

#include <string_view>

namespace llmload::protocol {

/// A host, without the brackets of an IPv6 address, and the port behind it, "" where there is none.
struct Authority {
  std::string_view host, port;
};

/// Of "host", "host:port", "[::1]:port", "[::1]", or "::1" alone.
inline Authority split_port(std::string_view authority) {
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

}  // namespace llmload::protocol
