#include <algorithm>
#include <cmath>
#include <limits>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/workload/pacer_checks.hpp"

namespace ramp_pacer_test {

using namespace llmload;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using Times = std::vector<std::int64_t>;

TEST_CASE("a ramp from 0 makes request i due where the area below the rate is i") {
  // t requests a second after t seconds: the area is t^2 / 2.
  const auto ramp = make_ramp_pacer(0, 10, seconds(10));
  CHECK(ramp->due(0) == nanoseconds(0));
  CHECK(ramp->due(2) == seconds(2));
  CHECK(ramp->due(8) == seconds(4));
  CHECK(ramp->due(18) == seconds(6));
  CHECK(ramp->due(1) == nanoseconds(1'414'213'562));
}

TEST_CASE("a ramp ends with its duration") {
  // The area of the whole is 50, and a request due at the very end is no longer in it.
  CHECK(due_times(*make_ramp_pacer(0, 10, seconds(10)), 1000).size() == 50);
  CHECK(due_times(*make_ramp_pacer(10, 0, seconds(10)), 1000).size() == 50);
  CHECK(due_times(*make_ramp_pacer(2, 3, seconds(5)), 1000).size() == 13);  // 12.5
  CHECK_FALSE(make_ramp_pacer(0, 10, seconds(10))->due(std::numeric_limits<std::uint64_t>::max()));
  CHECK_FALSE(make_ramp_pacer(10, 0, seconds(10))->due(std::numeric_limits<std::uint64_t>::max()));
}

TEST_CASE("a falling ramp mirrors the rising one") {
  // 10 - t requests a second: 50 - (10 - t)^2 / 2.
  const auto ramp = make_ramp_pacer(10, 0, seconds(10));
  CHECK(ramp->due(18) == seconds(2));
  CHECK(ramp->due(32) == seconds(4));
  CHECK(ramp->due(48) == seconds(8));
}

TEST_CASE("a ramp between two rates") {
  // 10 + 2 t: 10 t + t^2, so 11 at 1 s, 24 at 2 s, 39 at 3 s.
  const auto ramp = make_ramp_pacer(10, 20, seconds(5));
  CHECK(ramp->due(11) == seconds(1));
  CHECK(ramp->due(24) == seconds(2));
  CHECK(ramp->due(39) == seconds(3));
}

TEST_CASE("a level ramp is a constant rate") {
  const auto level = due_times(*make_ramp_pacer(3, 3, seconds(100)), 1000);
  CHECK(level == due_times(*make_constant_pacer(3), 300));
}

TEST_CASE("a steep, long ramp never goes back") {
  for (const auto& ramp : {make_ramp_pacer(0, 1e6, seconds(2)), make_ramp_pacer(1e6, 0, seconds(2))}) {
    const auto due = due_times(*ramp, 2'000'000);
    CHECK(due.size() == 1'000'000);
    CHECK(std::is_sorted(due.begin(), due.end()));
  }
}

TEST_CASE("a ramp that is none is refused") {
  CHECK_THROWS_AS(make_ramp_pacer(0, 0, seconds(1)), InputError);
  CHECK_THROWS_AS(make_ramp_pacer(1, 2, seconds(0)), InputError);
  CHECK_THROWS_AS(make_ramp_pacer(-1, 2, seconds(1)), InputError);
  CHECK_THROWS_AS(make_ramp_pacer(1, 1e7, seconds(1)), InputError);
  CHECK_THROWS_AS(make_ramp_pacer(std::nan(""), 1, seconds(1)), InputError);
}

}  // namespace ramp_pacer_test
