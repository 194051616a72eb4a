#pragma once

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

}  // namespace llmload::validation
