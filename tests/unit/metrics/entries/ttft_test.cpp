#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace ttft_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("TTFT runs to the first token of whatever kind") {
  auto r = streamed(90, {reasoning(50, 2), event(70, 1)});
  r.dispatched = 8 * ms;
  CHECK(near(ttft_ms(r), 42));  // 50 - 8
}

TEST_CASE("in open loop TTFT runs from when the request was due") {
  auto r = streamed(90, {event(50, 1)});
  r.scheduled = 5 * ms;
  r.dispatched = 30 * ms;
  CHECK(near(ttft_ms(r), 45));  // 50 - 5
}

TEST_CASE("an answer that came as one body has no TTFT") { CHECK_FALSE(ttft_ms(whole(90, 5))); }

TEST_CASE("a stream without a token has no TTFT") { CHECK_FALSE(ttft_ms(streamed(90, {}))); }

}  // namespace ttft_test
