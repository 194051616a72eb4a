#include "engine/run_identity.hpp"

#include <algorithm>

#include "support/catch.hpp"

namespace run_identity_test {

using namespace llmload::engine;

TEST_CASE("a run's id is 32 hex digits, and no two are equal") {
  const std::string id = random_id();
  CHECK(id.size() == 32);
  CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(id != random_id());
}

TEST_CASE("a time is written as RFC 3339 in UTC, to the nanosecond") {
  CHECK(utc_time({}) == "1970-01-01T00:00:00.000000000Z");
  const llmload::net::WallTime leap_day(std::chrono::nanoseconds(1'709'210'096'000'000'007));
  CHECK(utc_time(leap_day) == "2024-02-29T12:34:56.000000007Z");
}

}  // namespace run_identity_test
