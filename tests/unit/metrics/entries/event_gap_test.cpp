#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace event_gap_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("an event gap is the time from one arrival of tokens to the next, whatever it brings") {
  const auto gaps = event_gap_ms(streamed(200, {event(50, 1), event(70, 5), event(100, 0)}));
  CHECK(gaps == std::vector<double>{20, 30});  // 70 - 50, 100 - 70
}

TEST_CASE("events that came in one read are one arrival: no gap of some microseconds is shown") {
  auto late = event(70, 1, merged);
  late.at += std::chrono::microseconds(7);  // a second read of the same wake-up
  const auto gaps =
      event_gap_ms(streamed(200, {event(50, 1), event(50, 1, merged), event(70, 1), late, event(90, 1)}));
  REQUIRE(gaps.size() == 2);
  CHECK(near(gaps[0], 20.007));  // 70.007 - 50
  CHECK(near(gaps[1], 19.993));  // 90 - 70.007
}

TEST_CASE("an answer in one arrival has no gap") {
  CHECK(event_gap_ms(streamed(200, {})).empty());
  CHECK(event_gap_ms(streamed(200, {event(50, 3)})).empty());
  CHECK(event_gap_ms(streamed(200, {event(50, 3), event(50, 1, merged)})).empty());
}

}  // namespace event_gap_test
