#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace llmload::protocol {

/// An address as four or sixteen bytes. An IPv4 address that is written as an IPv6 one (::ffff:10.0.0.1) is
/// that IPv4 address.
struct IpAddress {
  std::array<unsigned char, 16> bytes{};
  std::size_t size = 0;  ///< 4 or 16

  bool operator==(const IpAddress&) const = default;
};

/// Addresses that begin with the same bits.
struct IpRange {
  IpAddress begin;
  std::size_t bits = 0;  ///< of `begin` that count, at most 32 or 128
};

/// Of an address in text form, without brackets; a zone (fe80::1%eth0) is left out. Nothing for any other
/// text.
std::optional<IpAddress> parse_ip(std::string_view text);

/// Of "10.0.0.0/8" or "fd00::/8" (CIDR). Nothing for any other text.
std::optional<IpRange> parse_ip_range(std::string_view text);

bool contains(const IpRange& range, const IpAddress& address);

}  // namespace llmload::protocol
