#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "llmload/plan.hpp"

namespace llmload::workload {

/// Of one stage: its due times, and what a random schedule keeps of them, must stay in memory and in time.
inline constexpr std::uint64_t most_requests = 100'000'000;

/// An open loop's requests, counted before the run: 0 to measured_from - 1 are the warm-up, then up to
/// measured_until - 1 the measured window, then up to end - 1 the cool-down.
struct Schedule {
  std::uint64_t measured_from = 0, measured_until = 0, end = 0;
  std::uint64_t busiest_second = 0;           ///< the most requests that are due within a second
  bool cut_short = false;                     ///< the source ends before the stage would
  std::vector<std::chrono::nanoseconds> due;  ///< of each, since the stage's start
  std::string hash;                           ///< schedule_hash() of all

  [[nodiscard]] bool measures(std::uint64_t index) const {
    return index >= measured_from && index < measured_until;
  }
  /// When request end + `number` would be due, were the load to go on: its gaps come again, the last one
  /// first and then back, so that it goes on as it ended. Empty where all are due at once.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> due_behind(std::uint64_t number) const;
};

/// Of an open loop, without the hash; the window may be empty. Throws InputError where the due times
/// are negative, decrease, go on behind their end or lie beyond 100 years, where they never end or are more
/// than 100 million, and where the stage has no pacer. `most`: with so many requests it ends at the latest
/// (RequestSource::ends_after); empty: it has no such end.
Schedule lay_out(const Stage& stage, std::optional<std::uint64_t> most = {});

/// Likewise, with the hash. Throws InputError also where no request is due in the measured window, and where
/// the pacer gives another due time when it is asked again.
Schedule make_schedule(const Stage& stage, std::optional<std::uint64_t> most = {});

/// Connections that are opened before an open loop: as it says, else twice its rate (without one,
/// twice what is due in its busiest second), at most 1,000, and no more than its cap.
unsigned opened_before(const OpenLoop& loop, const Schedule& schedule);

}  // namespace llmload::workload
