#include "metrics/event_gap.hpp"

#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace event_gap_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

Histogram gaps(const RequestRecord& r) {
  Histogram h;
  add_event_gaps(r, h);
  return h;
}

TEST_CASE("an event gap is the time from one arrival of tokens to the next, whatever it brings") {
  const auto d = gaps(streamed(200, {event(50, 1), event(70, 5), event(100, 0)})).distribution_ms();
  REQUIRE(d);
  CHECK(d->count == 2);
  CHECK(d->min == 20);   // 70 - 50
  CHECK(d->max == 30);   // 100 - 70
  CHECK(d->mean == 25);  // (20 + 30) / 2
}

TEST_CASE("events that came in one read are one arrival: no gap of some microseconds is shown") {
  auto late = event(70, 1, merged);
  late.at += 7'000;  // a second read of the same wake-up
  const auto d = gaps(streamed(200, {event(50, 1), event(50, 1, merged), event(70, 1), late, event(90, 1)}))
                     .distribution_ms();
  REQUIRE(d);
  CHECK(d->count == 2);
  CHECK(near(d->max, 20.007));  // 70.007 - 50
  CHECK(near(d->min, 19.993));  // 90 - 70.007
}

TEST_CASE("an answer in one arrival has no gap") {
  CHECK(gaps(streamed(200, {})).count() == 0);
  CHECK(gaps(streamed(200, {event(50, 3)})).count() == 0);
  CHECK(gaps(streamed(200, {event(50, 3), event(50, 1, merged)})).count() == 0);
}

}  // namespace event_gap_test
