#pragma once

#include <chrono>
#include <cstdint>

#include "llmload/request_record.hpp"

namespace llmload::metrics {

/// Whether a clock can show it: times that do can be added and subtracted.
[[nodiscard]] constexpr bool is_time(std::chrono::nanoseconds time) noexcept {
  constexpr std::chrono::nanoseconds most(std::int64_t{1} << 60);  // 36 years
  return time <= most && time >= -most;
}

/// For a record of a file, or one that was made by hand: throws InputError where the numbers could not be
/// made of it.
void require_sound(const RequestRecord& record);

}  // namespace llmload::metrics
