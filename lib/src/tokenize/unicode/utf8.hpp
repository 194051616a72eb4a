#pragma once

#include <cstddef>
#include <string_view>

namespace llmload::tokenize {

/// One code point of a text and the number of its bytes.
struct CodePoint {
  char32_t value;
  std::size_t size;
};

/// The code point of `text` that starts at `position`, which must be inside. A byte that starts no
/// well-formed sequence (Unicode 16.0, table 3-7) reads as U+FFFD, one byte long, which is a symbol.
inline CodePoint code_point_at(std::string_view text, std::size_t position) {
  const auto byte = [&](std::size_t offset) -> char32_t {
    return position + offset < text.size() ? static_cast<unsigned char>(text[position + offset]) : 0;
  };
  const auto continues = [&](std::size_t offset) { return (byte(offset) & 0xC0U) == 0x80U; };
  constexpr CodePoint invalid{U'\uFFFD', 1};

  const char32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first < 0xC2 || !continues(1)) return invalid;
  if (first < 0xE0) return {(first & 0x1FU) << 6U | (byte(1) & 0x3FU), 2};
  if (!continues(2)) return invalid;
  if (first < 0xF0) {
    const char32_t value = (first & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    const bool surrogate = value >= 0xD800 && value < 0xE000;
    return value < 0x800 || surrogate ? invalid : CodePoint{value, 3};
  }
  if (first > 0xF4 || !continues(3)) return invalid;
  const char32_t value =
      (first & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U | (byte(3) & 0x3FU);
  return value < 0x10000 || value > 0x10FFFF ? invalid : CodePoint{value, 4};
}

}  // namespace llmload::tokenize
