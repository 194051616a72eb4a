#pragma once

#include <chrono>
#include <optional>

namespace llmload::net {

/// A point of CLOCK_MONOTONIC, which every stamp of a run is made of. The clock begins before a run can, so
/// that its zero is earlier than all that happens in one.
using Time = std::chrono::steady_clock::time_point;
inline Time monotonic_now() { return std::chrono::steady_clock::now(); }

/// A point of CLOCK_REALTIME, which is stepped and is no measure of what lies between two of them.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// CLOCK_REALTIME read between two readings of CLOCK_MONOTONIC.
struct ClockReading {
  Time monotonic_before;
  WallTime wall;
  Time monotonic_after;

  [[nodiscard]] Time middle() const { return monotonic_before + (monotonic_after - monotonic_before) / 2; }
};

/// Reads the clocks, again where the outer two lie more than 2 us apart (at most three times).
ClockReading read_clocks();

/// Converts the kernel's receive stamps, which are CLOCK_REALTIME, to CLOCK_MONOTONIC.
/// A pure function of its arguments and the last offset; one per thread.
class ArrivalClock {
 public:
  /// The monotonic time of `stamp`; nothing where the wall clock was stepped by more than 50 us
  /// since the last conversion, so that the stamp may belong to either side of the step.
  std::optional<Time> to_monotonic(WallTime stamp, const ClockReading& now);

 private:
  std::optional<std::chrono::nanoseconds> offset_;  // wall - monotonic
};

}  // namespace llmload::net
