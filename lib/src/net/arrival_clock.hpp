#pragma once

#include <cstdint>
#include <optional>

namespace llmload::net {

/// Nanoseconds of CLOCK_MONOTONIC, which every stamp of a run is made of.
std::int64_t monotonic_now();
inline constexpr std::int64_t ns_per_second = 1'000'000'000;

/// CLOCK_REALTIME read between two readings of CLOCK_MONOTONIC, in nanoseconds.
struct ClockReading {
  std::int64_t monotonic_before = 0;
  std::int64_t realtime = 0;
  std::int64_t monotonic_after = 0;
};

/// Reads the clocks, again where the outer two lie more than 2 us apart (at most three times).
ClockReading read_clocks();

/// Converts the kernel's receive stamps, which are CLOCK_REALTIME, to CLOCK_MONOTONIC.
/// A pure function of its arguments and the last offset; one per thread.
class ArrivalClock {
 public:
  /// The monotonic time of `realtime_stamp`; nothing where the wall clock was stepped by more than 50 us
  /// since the last conversion, so that the stamp may belong to either side of the step.
  std::optional<std::int64_t> to_monotonic(std::int64_t realtime_stamp, const ClockReading& now);

 private:
  std::optional<std::int64_t> offset_;  // realtime - monotonic
};

}  // namespace llmload::net
