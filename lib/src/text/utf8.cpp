#include "text/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace llmload::text {
namespace {

unsigned char byte(char c) { return static_cast<unsigned char>(c); }

/// Length of the valid sequence at the begin of `bytes`; 0 where there is none (Unicode, table 3-7).
std::size_t sequence_length(std::string_view bytes) {
  const unsigned char first = byte(bytes[0]);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xc2 && first <= 0xdf   ? 2
                             : (first & 0xf0) == 0xe0         ? 3
                             : first >= 0xf0 && first <= 0xf4 ? 4
                                                              : 0;
  if (length == 0 || bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(bytes[i]) & 0xc0) != 0x80) return 0;
  }
  const unsigned char second = byte(bytes[1]);
  const bool bad = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                   (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
  return bad ? 0 : length;
}

/// How many bytes from the first on are ASCII, in words of 8: most texts are, and long.
std::size_t ascii_words(std::string_view bytes) {
  constexpr std::uint64_t high_bits = 0x8080808080808080U;
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= bytes.size(); at += sizeof word) {
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if ((word & high_bits) != 0) break;
  }
  return at;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    bytes.remove_prefix(ascii_words(bytes));
    if (bytes.empty()) return true;
    const std::size_t length = sequence_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string valid_utf8(std::string bytes) {
  if (std::ranges::all_of(bytes, [](char c) { return byte(c) < 0x80; })) return bytes;
  std::string out;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::size_t length = sequence_length(rest);
    if (length == 0)
      out += "\xef\xbf\xbd";
    else
      out += rest.substr(0, length);
    rest.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace llmload::text
