#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace tokens_per_event_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("tokens per event is output tokens over token events, merged ones included") {
  CHECK(
      near(tokens_per_event(streamed(200, {event(50, 2), event(70, 3), event(70, 0, merged), event(90, 1)})),
           1.5));  // 6 / 4
}

TEST_CASE("tokens per event takes the server's tokens where no tokenizer counted") {
  auto r = streamed(200, {event(50, 0), event(70, 0)});
  r.output_tokens.reset();
  CHECK_FALSE(tokens_per_event(r));
  r.usage_completion_tokens = 7;
  CHECK(near(tokens_per_event(r), 3.5));  // 7 / 2
}

TEST_CASE("without a token event there are no tokens per event") {
  CHECK_FALSE(tokens_per_event(streamed(200, {})));
  CHECK_FALSE(tokens_per_event(whole(200, 5)));
}

}  // namespace tokens_per_event_test
