#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace first_tool_call_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("the first tool call is that of its first part, behind words and thoughts, from when it was due") {
  auto r = streamed(90, {reasoning(30, 2), event(40, 1), event(60, 1, false, TextKind::tool),
                         event(70, 1, false, TextKind::tool)});
  CHECK(near(first_tool_call_ms(r), 60));
  r.scheduled = 5 * ms;
  r.dispatched = 20 * ms;
  CHECK(near(first_tool_call_ms(r), 55));
}

TEST_CASE("an answer without a tool call, or as one body, has no time to it") {
  CHECK_FALSE(first_tool_call_ms(streamed(90, {reasoning(30, 2), event(40, 1)})));
  CHECK_FALSE(first_tool_call_ms(whole(90, 5)));
}

}  // namespace first_tool_call_test
