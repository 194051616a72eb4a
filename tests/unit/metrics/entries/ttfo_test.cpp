#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace ttfo_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("TTFO runs to the first token after the reasoning") {
  auto r = streamed(90, {reasoning(30, 2), reasoning(40, 2), event(60, 1), event(80, 1)});
  r.dispatched = 10 * ms;
  CHECK(near(ttfo_ms(r), 50));  // 60 - 10
}

TEST_CASE("a tool call is output, too") {
  const auto r = streamed(90, {reasoning(30, 2), event(40, 2, false, TextKind::tool), event(60, 1)});
  CHECK(near(ttfo_ms(r), 40));
}

TEST_CASE("without reasoning TTFO is TTFT, and in open loop from when the request was due") {
  auto r = streamed(90, {event(30, 2), event(40, 2)});
  CHECK(near(ttfo_ms(r), 30));
  r.scheduled = 5 * ms;
  r.dispatched = 20 * ms;
  CHECK(near(ttfo_ms(r), 25));  // 30 - 5
}

TEST_CASE("an answer of reasoning alone, or as one body, has no TTFO") {
  CHECK_FALSE(ttfo_ms(streamed(90, {reasoning(30, 2), reasoning(40, 2)})));
  CHECK_FALSE(ttfo_ms(whole(90, 5)));
}

}  // namespace ttfo_test
