#include "net/arrival_clock.hpp"

#include <time.h>

#include <cstdint>
#include <optional>

#include "support/catch.hpp"

namespace arrival_clock_test {

using llmload::net::ArrivalClock;
using llmload::net::ClockReading;
using llmload::net::Time;
using llmload::net::WallTime;
using std::chrono::nanoseconds;

constexpr std::int64_t second = 1'000'000'000;

// Times are ns of their clock.

ClockReading readings(std::int64_t before, std::int64_t wall, std::int64_t after) {
  return {Time(nanoseconds(before)), WallTime(nanoseconds(wall)), Time(nanoseconds(after))};
}

/// The clocks read at `monotonic`, the wall clock `offset` ahead; the readings lie 1 us apart.
ClockReading reading(std::int64_t monotonic, std::int64_t offset) {
  return readings(monotonic - 500, monotonic + offset, monotonic + 500);
}

std::optional<std::int64_t> converted(ArrivalClock& clock, std::int64_t stamp, const ClockReading& now) {
  const auto time = clock.to_monotonic(WallTime(nanoseconds(stamp)), now);
  return time ? std::optional<std::int64_t>(time->time_since_epoch().count()) : std::nullopt;
}

TEST_CASE("a stamp is converted by the offset between the clocks") {
  ArrivalClock clock;
  const std::int64_t offset = 1'700'000'000 * second;
  CHECK(converted(clock, offset + 99 * second, reading(100 * second, offset)) == 99 * second);
  CHECK(converted(clock, offset + 101 * second + 7, reading(102 * second, offset)) == 101 * second + 7);
}

TEST_CASE("the offset is taken from the middle of the two monotonic readings") {
  ArrivalClock clock;
  CHECK(converted(clock, 5'000, readings(1'000, 3'000, 2'000)) == 3'500);
}

TEST_CASE("a wall clock that was set, ahead or back, gives nothing once and works again") {
  for (const std::int64_t step : {second, -second, std::int64_t{60'000}, std::int64_t{-60'000}}) {
    ArrivalClock clock;
    const std::int64_t offset = 500 * second;
    CHECK(converted(clock, offset + 10, reading(second, offset)) == 10);
    CHECK_FALSE(converted(clock, offset + 20, reading(2 * second, offset + step)));
    CHECK(converted(clock, offset + step + 30, reading(3 * second, offset + step)) == 30);
  }
}

TEST_CASE("each of two steps in a row gives nothing once") {
  ArrivalClock clock;
  CHECK(converted(clock, 10, reading(second, 0)) == 10);
  CHECK_FALSE(converted(clock, 20, reading(2 * second, second)));
  CHECK_FALSE(converted(clock, 30, reading(3 * second, -second)));
  CHECK(converted(clock, -second + 40, reading(4 * second, -second)) == 40);
}

TEST_CASE("a difference of 50 us between two conversions is none, a nanosecond more is a step") {
  for (const std::int64_t sign : {1, -1}) {
    ArrivalClock clock;
    CHECK(converted(clock, 10, reading(second, 0)) == 10);
    CHECK(converted(clock, sign * 50'000 + 20, reading(2 * second, sign * 50'000)) == 20);
    CHECK_FALSE(converted(clock, 30, reading(3 * second, sign * 100'001)));
  }
}

TEST_CASE("a long time between two conversions alone is no step") {
  ArrivalClock clock;
  const std::int64_t offset = 1'700'000'000 * second, days = 90 * 24 * 3600 * second;
  CHECK(converted(clock, offset + 10, reading(second, offset)) == 10);
  CHECK(converted(clock, offset + days, reading(days + second, offset)) == days);
}

TEST_CASE("readings that were torn far apart give nothing rather than a wrong time, and do no harm after") {
  ArrivalClock clock;
  CHECK(converted(clock, 10, reading(second, 0)) == 10);
  // The wall clock was read at once, the second reading 20 ms late: the middle is 10 ms off.
  CHECK_FALSE(converted(clock, 20, readings(2 * second, 2 * second, 2 * second + 20'000'000)));
  CHECK_FALSE(converted(clock, 30, reading(3 * second, 0)));
  CHECK(converted(clock, 40, reading(4 * second, 0)) == 40);
}

TEST_CASE("clocks that drift slowly are followed, however far they go") {
  ArrivalClock clock;
  std::int64_t offset = 500 * second;
  for (int i = 0; i < 10'000; ++i, offset += 40'000) {
    REQUIRE(converted(clock, offset + i * second, reading(i * second + 1'000, offset)) == i * second);
  }
}

TEST_CASE("a clock behind the monotonic one is converted too") {
  ArrivalClock clock;
  CHECK(converted(clock, 5 * second, reading(20 * second, -10 * second)) == 15 * second);
}

TEST_CASE("the clocks are read in order and do not go back") {
  const auto first = llmload::net::read_clocks(), second_reading = llmload::net::read_clocks();
  CHECK(first.monotonic_before <= first.monotonic_after);
  CHECK(first.monotonic_after <= second_reading.monotonic_before);
  CHECK(first.wall > WallTime());
  CHECK(llmload::net::monotonic_now() >= second_reading.monotonic_after);
}

TEST_CASE("the monotonic clock is the system's, by which timers and other programs go") {
  const auto system = [] {
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC, &t);
    return Time(std::chrono::seconds(t.tv_sec) + nanoseconds(t.tv_nsec));
  };
  const Time before = system(), ours = llmload::net::monotonic_now(), after = system();
  CHECK(before <= ours);
  CHECK(ours <= after);
}

}  // namespace arrival_clock_test
