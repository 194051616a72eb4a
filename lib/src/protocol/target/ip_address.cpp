#include "protocol/target/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace llmload::protocol {

std::optional<IpAddress> parse_ip(std::string_view text) {
  const std::string plain(text.substr(0, text.find('%')));
  IpAddress address;
  if (inet_pton(AF_INET, plain.c_str(), address.bytes.data()) == 1) {
    address.size = 4;
    return address;
  }
  if (inet_pton(AF_INET6, plain.c_str(), address.bytes.data()) != 1) return std::nullopt;
  address.size = 16;
  constexpr std::array<unsigned char, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (!std::equal(mapped.begin(), mapped.end(), address.bytes.begin())) return address;
  IpAddress v4;
  std::copy(address.bytes.begin() + mapped.size(), address.bytes.end(), v4.bytes.begin());
  v4.size = 4;
  return v4;
}

std::optional<IpRange> parse_ip_range(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<IpAddress> begin = parse_ip(text.substr(0, slash));
  const std::string_view number = text.substr(slash + 1);
  std::size_t bits = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), bits);
  const bool is_number = error == std::errc{} && end == number.data() + number.size();
  if (!begin || !is_number || bits > 8 * begin->size) return std::nullopt;
  return IpRange{*begin, bits};
}

bool contains(const IpRange& range, const IpAddress& address) {
  if (range.begin.size != address.size) return false;
  const std::size_t whole = range.bits / 8;
  if (!std::equal(address.bytes.begin(), address.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  range.begin.bytes.begin())) {
    return false;
  }
  const std::size_t rest = range.bits % 8;
  return rest == 0 || ((address.bytes[whole] ^ range.begin.bytes[whole]) >> (8 - rest)) == 0;
}

}  // namespace llmload::protocol
