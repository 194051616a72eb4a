#include "net/arrival_clock.hpp"

#include <time.h>

#include <cstdlib>

namespace llmload::net {
namespace {

constexpr std::int64_t pairing_limit = 2'000;  // ns between the outer readings
constexpr std::int64_t step_limit =
    50'000;  // ns; the two clocks are slewed together, so only a step moves this

std::int64_t read(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return std::int64_t{t.tv_sec} * ns_per_second + t.tv_nsec;
}

}  // namespace

std::int64_t monotonic_now() { return read(CLOCK_MONOTONIC); }

ClockReading read_clocks() {
  ClockReading reading;
  for (int attempt = 0; attempt < 3; ++attempt) {
    reading = {read(CLOCK_MONOTONIC), read(CLOCK_REALTIME), read(CLOCK_MONOTONIC)};
    if (reading.monotonic_after - reading.monotonic_before <= pairing_limit) break;
  }
  return reading;
}

std::optional<std::int64_t> ArrivalClock::to_monotonic(std::int64_t realtime_stamp, const ClockReading& now) {
  const std::int64_t middle = now.monotonic_before + (now.monotonic_after - now.monotonic_before) / 2;
  const std::int64_t offset = now.realtime - middle;
  const bool stepped = offset_ && std::abs(offset - *offset_) > step_limit;
  offset_ = offset;
  if (stepped) return std::nullopt;
  return realtime_stamp - offset;
}

}  // namespace llmload::net
