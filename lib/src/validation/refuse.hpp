#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "llmload/error.hpp"
#include "text/number.hpp"
#include "text/utf8.hpp"
#include "validation/limits.hpp"

namespace llmload::validation {

[[noreturn]] inline void refuse(std::string member, std::string problem) {
  throw PlanError(std::move(member), std::move(problem));
}

/// "stages[1]"
inline std::string item(std::string_view list, std::size_t index) {
  return std::string(list) + '[' + std::to_string(index) + ']';
}

inline void require_in(const WholeNumbers& range, const std::string& member, std::uint64_t value) {
  if (!range.has(value)) refuse(member, "is " + std::to_string(value) + "; it must be " + to_words(range));
}

inline void require_in(const Numbers& range, const std::string& member, double value) {
  if (!range.has(value)) refuse(member, "is " + text::shortest(value) + "; it must be " + to_words(range));
}

/// Of seconds.
inline void require_in(const Numbers& range, const std::string& member, std::chrono::nanoseconds time) {
  const double seconds = std::chrono::duration<double>(time).count();
  if (range.has(seconds)) return;
  refuse(member, "is " + text::shortest(seconds) + " s; it must be " + to_words(range));
}

inline void require_utf8(const std::string& member, std::string_view value) {
  if (!text::is_utf8(value)) refuse(member, "is not UTF-8");
}

/// Also of a line's end.
inline bool has_control_character(std::string_view value) {
  return std::ranges::any_of(value, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace llmload::validation
