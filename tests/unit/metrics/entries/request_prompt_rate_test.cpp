#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace request_prompt_rate_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("a request's prompt rate is its prompt tokens over the time from sent to the first token") {
  auto r = streamed(250, {event(50, 1)});
  CHECK_FALSE(request_prompt_rate(r));
  r.usage_prompt_tokens = 40;
  CHECK(near(request_prompt_rate(r), 800));  // 40 / 0.05 s, by the server
  r.prompt_tokens = 25;
  CHECK(near(request_prompt_rate(r), 500));  // 25 / 0.05 s
  r.sent = 25 * ms;
  CHECK(near(request_prompt_rate(r), 1'000));
}

TEST_CASE("an answer that came as one body has no prompt rate") {
  auto r = whole(250, 20);
  r.prompt_tokens = 25;
  CHECK_FALSE(request_prompt_rate(r));
}

}  // namespace request_prompt_rate_test
