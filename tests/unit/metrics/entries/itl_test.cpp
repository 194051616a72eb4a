#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace itl_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

Distribution itl_of(const RequestRecord& r) {
  const auto samples = itl_ms(r);
  return samples.empty() ? Distribution{} : distribution(samples);
}

TEST_CASE("with a token an event each gap is an ITL") {
  const auto d = itl_of(streamed(200, {event(50, 1), event(70, 1), event(100, 1)}));
  CHECK(d.count == 2);
  CHECK(d.min == 20);  // 70 - 50
  CHECK(d.max == 30);  // 100 - 70
}

TEST_CASE("an event of k tokens gives gap / k, k times, those of the first give none") {
  const auto d = itl_of(streamed(200, {event(50, 9), event(80, 3), event(100, 1)}));
  CHECK(d.count == 4);    // 3 + 1
  CHECK(d.min == 10);     // (80 - 50) / 3
  CHECK(d.max == 20);     // 100 - 80
  CHECK(d.mean == 12.5);  // (3 * 10 + 20) / 4
}

TEST_CASE("events that came in one read are one arrival with the tokens of all") {
  const auto d =
      itl_of(streamed(200, {event(50, 1), event(50, 1, merged), event(80, 1), event(80, 2, merged)}));
  CHECK(d.count == 3);  // 1 + 2
  CHECK(d.min == 10);   // (80 - 50) / 3
  CHECK(d.max == 10);
}

TEST_CASE("the gap of an event without a whole token goes to the next with one") {
  const auto d =
      itl_of(streamed(200, {event(50, 1), event(60, 0), event(65, 0), event(80, 2), event(95, 0)}));
  CHECK(d.count == 2);
  CHECK(d.min == 15);  // ((60 - 50) + (65 - 60) + (80 - 65)) / 2
  CHECK(d.max == 15);  // the last event finished no token: its 15 ms are nobody's
}

TEST_CASE("the ITLs of an event add up to its gap, to the nanosecond") {
  auto r = streamed(200, {event(0, 1), event(0, 3)});
  r.events[1].at = std::chrono::microseconds(1);  // 333 + 333 + 334
  const auto d = itl_of(r);
  CHECK(d.count == 3);
  CHECK(near(d.min, 0.000'333));
  CHECK(near(d.max, 0.000'334));
  CHECK(near(d.mean, 0.001 / 3));
}

TEST_CASE("events that go back in time, which no run makes, give no ITL below 0") {
  const auto d = itl_of(streamed(200, {event(50, 1), event(20, 3), event(90, 1)}));
  CHECK(d.count == 4);
  CHECK(d.min == 0);
}

TEST_CASE("reasoning is tokens, too") {
  CHECK(itl_of(streamed(200, {reasoning(50, 1), reasoning(60, 1), event(90, 1)})).max == 30);
}

TEST_CASE("without a tokenizer, and in one arrival, there is no ITL") {
  auto r = streamed(200, {event(50, 0), event(70, 0)});
  r.output_tokens.reset();
  r.usage_completion_tokens = 4;
  CHECK(itl_of(r).count == 0);
  CHECK(itl_of(streamed(200, {event(50, 4)})).count == 0);
  CHECK(itl_of(streamed(200, {})).count == 0);
}

}  // namespace itl_test
