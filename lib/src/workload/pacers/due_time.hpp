#pragma once

#include <chrono>
#include <cmath>
#include <optional>
#include <string>

#include "llmload/error.hpp"
#include "text/number.hpp"

namespace llmload::workload {

/// `ns` (at least 0) to the nearest nanosecond; empty where 64 bits do not hold it.
inline std::optional<std::chrono::nanoseconds> whole_nanoseconds(double ns) {
  if (!(ns < 0x1p63)) return std::nullopt;
  return std::chrono::nanoseconds{std::llround(ns)};
}

/// Throws InputError where `value` is not from `least` to `most`; `what` names it and its unit.
inline void check_range(const std::string& what, double value, double least, double most) {
  if (value >= least && value <= most) return;
  throw InputError(what + ": " + text::shortest(value) + ": must be from " + text::shortest(least) + " to " +
                   text::shortest(most));
}

constexpr double highest_rate = 1e6;  ///< requests a second; whole nanoseconds are fine enough up to here

/// Throws InputError where a constant `rate` is not allowed.
inline void check_rate(double rate) {
  if (rate > 0 && rate <= highest_rate) return;
  throw InputError("rate: " + text::shortest(rate) + ": must be above 0 and at most " +
                   text::shortest(highest_rate) + " requests a second");
}

}  // namespace llmload::workload
