#pragma once

#include <cstdint>

#include "llmload/request_record.hpp"

namespace llmload::metrics {

/// Whether a clock can show it, in ns: times that do can be added and subtracted.
[[nodiscard]] constexpr bool is_time(std::int64_t ns) noexcept {
  constexpr std::int64_t most = std::int64_t{1} << 60;  // 36 years
  return ns <= most && ns >= -most;
}

/// For a record of a file, or one that was made by hand: throws InputError where the numbers could not be
/// made of it.
void require_sound(const RequestRecord& record);

}  // namespace llmload::metrics
