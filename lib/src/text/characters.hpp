#pragma once

#include <algorithm>
#include <string_view>

namespace llmload::text {

/// What may stand between two values of JSON.
inline constexpr std::string_view json_blanks = " \t\r\n";

/// Also of a line's end: in a header it would end that, or split the request's head.
inline bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

/// Of ASCII's letters, digits and punctuation alone: one word, on any terminal and in any line of a head.
inline bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace llmload::text
