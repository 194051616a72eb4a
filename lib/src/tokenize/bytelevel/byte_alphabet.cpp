#include "tokenize/bytelevel/byte_alphabet.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "tokenize/unicode/utf8.hpp"

namespace llmload::tokenize {
namespace {

constexpr std::int16_t no_byte = -1;
constexpr std::size_t alphabet_end = 0x144;

constexpr std::array<std::int16_t, alphabet_end> byte_of = [] {
  std::array<std::int16_t, alphabet_end> bytes{};
  bytes.fill(no_byte);
  std::size_t next = 0x100;
  for (std::int16_t byte = 0; byte < 256; ++byte) {
    const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
    bytes[printable ? static_cast<std::size_t>(byte) : next++] = byte;
  }
  return bytes;
}();

}  // namespace

std::optional<std::string> from_byte_alphabet(std::string_view token) {
  std::string bytes;
  for (std::size_t at = 0; at < token.size();) {
    const CodePoint next = code_point_at(token, at);
    if (next.value >= alphabet_end || byte_of[next.value] == no_byte) return std::nullopt;
    bytes.push_back(static_cast<char>(byte_of[next.value]));
    at += next.size;
  }
  return bytes;
}

}  // namespace llmload::tokenize
