#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace llmload::protocol {

// What a search for secrets sees of a byte, whose class is looked up: text comes by the megabyte.

constexpr bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// In the standard's alphabet, or in that for URLs.
constexpr bool is_base64(char c) { return is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_'; }

constexpr char terminal_escape = '\x1b';

/// Where an event's data goes on in another line.
constexpr std::string_view data_line = "\ndata:";

/// ASCII's letters, digits, punctuation and blank, '\n' for each line end, and what begins a terminal's code;
/// else 0: it is not seen.
constexpr char readable(char c) {
  if (c == terminal_escape) return c;
  if (c == '\n' || c == '\r') return '\n';
  return c >= ' ' && c < 0x7f ? c : '\0';
}

/// As it is compared: in lower case; 0 also for blanks and line ends.
constexpr char letter(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c + ('a' - 'A'));
  return c > ' ' && c < 0x7f ? c : '\0';
}

/// A function's value for each byte.
template <class Value>
class ByteTable {
 public:
  constexpr explicit ByteTable(Value (*of)(char)) {
    for (std::size_t byte = 0; byte < values_.size(); ++byte) values_[byte] = of(static_cast<char>(byte));
  }
  constexpr Value operator()(char c) const { return values_[static_cast<unsigned char>(c)]; }

 private:
  std::array<Value, 256> values_{};
};

/// What a digit of base64 stands for; 64: it is none.
inline constexpr ByteTable<std::uint8_t> base64_value([](char c) -> std::uint8_t {
  if (!is_base64(c)) return 64;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  const int begin = c >= 'a' ? 26 - 'a' : c >= 'A' ? -'A' : 52 - '0';
  return static_cast<std::uint8_t>(c + begin);
});

}  // namespace llmload::protocol
