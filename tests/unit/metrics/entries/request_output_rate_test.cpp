#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace request_output_rate_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("a request's output rate is its output tokens over its E2E") {
  auto r = whole(250, 20);
  CHECK(near(request_output_rate(r), 80));  // 20 / 0.25 s
  r.usage_completion_tokens = 10;
  r.output_tokens.reset();
  CHECK(near(request_output_rate(r), 40));  // 10 / 0.25 s
}

TEST_CASE("without known tokens, or time, there is no output rate") {
  auto r = whole(250, 20);
  r.output_tokens.reset();
  CHECK_FALSE(request_output_rate(r));
  CHECK_FALSE(request_output_rate(whole(0, 20)));
}

}  // namespace request_output_rate_test
