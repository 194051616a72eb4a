#include "metrics/earliest.hpp"

#include "support/catch.hpp"
#include "unit/metrics/fold_of.hpp"
#include "unit/metrics/records.hpp"

namespace earliest_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("where every arrival is known the uncertainty is 0, and without an answer there is none") {
  const Summary s =
      summary_of({streamed(200, {event(50, 1), event(70, 1)}), streamed(90, {event(80, 1), event(90, 2)})});
  for (const auto& metric : {s.ttft_ms(), s.tpot_ms(), s.event_gap_ms()}) {
    REQUIRE(metric);
    CHECK(metric->uncertainty_p50 == 0);
    CHECK(metric->uncertainty_p99 == 0);
  }
  CHECK_FALSE(summary_of({}).ttft_ms());
}

TEST_CASE("the uncertainty of a metric is what it would be less at the earliest arrivals") {
  // Three events in one read at 90 ms, of which the first two may have come from 50 ms on; then one at 130.
  auto r = streamed(200, {event(90, 1), event(90, 1, merged), event(90, 1, merged), event(130, 1)});
  r.bounds = {{0, 2, 50 * ms}};
  const Summary s = summary_of({r});
  CHECK(near(s.ttft_ms()->p50, 90));
  CHECK(near(s.ttft_ms()->uncertainty_p50, 40));
  CHECK(near(s.tpot_ms()->p50, 40.0 / 3));
  CHECK(near(s.tpot_ms()->uncertainty_p50, 40.0 / 3));  // (130 - 50) / 3 less (130 - 90) / 3
  CHECK(s.event_gap_ms()->count == 1);                  // 40; at the earliest 40 and 40
  CHECK(near(s.event_gap_ms()->uncertainty_p50, 0));
}

TEST_CASE("events at their earliest are merged only where they came at one time") {
  auto r = streamed(200, {event(50, 1), event(90, 1), event(90, 1, merged), event(90, 1, merged)});
  r.bounds = {{1, 2, 60 * ms}};
  std::vector<TokenEvent> events;
  put_at_earliest(r, events);
  CHECK(events[0].at == 50 * ms);
  CHECK(events[1].at == 60 * ms);
  CHECK(events[2].at == 60 * ms);
  CHECK(events[2].merged);
  CHECK(events[3].at == 90 * ms);
  CHECK_FALSE(events[3].merged);
}

TEST_CASE("events came together where the one before can't have come long before them") {
  auto sure = streamed(200, {event(50, 1), event(50, 1, merged), event(90, 1), event(90, 1, merged)});
  CHECK(near(summary_of({sure}).together_share(), 2.0 / 3));
  sure.bounds = {{0, 1, 50 * ms - std::chrono::microseconds(900)}, {2, 1, 60 * ms}};
  CHECK(near(summary_of({sure}).together_share(), 1.0 / 3));
  CHECK_FALSE(summary_of({streamed(200, {event(50, 1)})}).together_share());
}

}  // namespace earliest_test
