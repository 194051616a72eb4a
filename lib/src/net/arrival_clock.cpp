#include "net/arrival_clock.hpp"

namespace llmload::net {
namespace {

using namespace std::chrono_literals;

constexpr auto pairing_limit = 2us;  // between the outer readings
constexpr auto step_limit = 50us;    // the two clocks are slewed together, so only a step moves this

}  // namespace

ClockReading read_clocks() {
  ClockReading reading;
  for (int attempt = 0; attempt < 3; ++attempt) {
    reading = {monotonic_now(), std::chrono::system_clock::now(), monotonic_now()};
    if (reading.monotonic_after - reading.monotonic_before <= pairing_limit) break;
  }
  return reading;
}

std::optional<Time> ArrivalClock::to_monotonic(WallTime stamp, const ClockReading& now) {
  const auto offset = now.wall.time_since_epoch() - now.middle().time_since_epoch();
  const bool stepped = offset_ && std::chrono::abs(offset - *offset_) > step_limit;
  offset_ = offset;
  if (stepped) return std::nullopt;
  return Time(stamp.time_since_epoch() - offset);
}

}  // namespace llmload::net
