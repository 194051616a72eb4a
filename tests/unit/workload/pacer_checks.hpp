#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "llmload/pacer.hpp"

namespace llmload {

/// The first `most` due times in nanoseconds, or all, where there are fewer.
inline std::vector<std::int64_t> due_times(const Pacer& pacer, std::uint64_t most) {
  std::vector<std::int64_t> times;
  for (std::uint64_t i = 0; i < most; ++i) {
    const auto due = pacer.due(i);
    if (!due) break;
    times.push_back(due->count());
  }
  return times;
}

/// The time from each of `due` to the next, from 0 to the first of them.
inline std::vector<double> gaps(const std::vector<std::int64_t>& due) {
  std::vector<double> result;
  std::int64_t before = 0;
  for (const std::int64_t time : due) {
    result.push_back(static_cast<double>(time - before));
    before = time;
  }
  return result;
}

}  // namespace llmload
