#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace tpot_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

TEST_CASE("TPOT is the time after the first token over the tokens after it") {
  CHECK(near(tpot_ms(streamed(200, {event(50, 1), event(70, 1), event(90, 1)})), 20));  // (90 - 50) / (3 - 1)
  CHECK(
      near(tpot_ms(streamed(200, {event(50, 2), event(80, 3), event(110, 1)})), 12));  // (110 - 50) / (6 - 1)
}

TEST_CASE("the answer's end after its last token is not in TPOT, reasoning is") {
  CHECK(near(tpot_ms(streamed(900, {reasoning(50, 2), event(80, 2)})), 10));  // (80 - 50) / (4 - 1)
}

TEST_CASE("TPOT takes the server's tokens where no tokenizer counted") {
  auto r = streamed(200, {event(50, 0), event(90, 0)});
  r.usage_completion_tokens = 5;
  r.output_tokens = 3;
  CHECK(near(tpot_ms(r), 20));                     // (90 - 50) / (3 - 1): the tokenizer's
  CHECK(near(tpot_ms(r, TokensFrom::usage), 10));  // the server's, where they are chosen
  r.output_tokens.reset();
  CHECK(near(tpot_ms(r), 10));  // (90 - 50) / (5 - 1)
}

TEST_CASE("tokens that all came at one time have no TPOT") {
  CHECK_FALSE(tpot_ms(streamed(200, {event(50, 3), event(50, 2, merged)})));
  CHECK_FALSE(tpot_ms(streamed(200, {event(50, 5)})));
}

TEST_CASE("an answer of one token, of an unknown number, or as one body has no TPOT") {
  CHECK_FALSE(tpot_ms(streamed(200, {event(50, 1)})));
  auto unknown = streamed(200, {event(50, 0), event(90, 0)});
  unknown.output_tokens.reset();
  CHECK_FALSE(tpot_ms(unknown));
  CHECK_FALSE(tpot_ms(whole(200, 5)));
}

TEST_CASE("reasoning that usage counts and that did not come is not in TPOT") {
  auto r = streamed(200, {event(50, 0), event(90, 0)});
  r.output_tokens.reset();
  r.usage_completion_tokens = 105;
  r.usage_reasoning_tokens = 100;
  CHECK(near(tpot_ms(r), 10));  // (90 - 50) / (105 - 100 - 1)
  r.usage_completion_tokens = 101;
  CHECK_FALSE(tpot_ms(r));
  r.usage_completion_tokens = 5;  // the server counts its reasoning apart
  CHECK(near(tpot_ms(r), 10));
  auto shown = streamed(200, {reasoning(50, 0), event(90, 0)});
  shown.output_tokens.reset();
  shown.usage_completion_tokens = 5;
  shown.usage_reasoning_tokens = 3;
  CHECK(near(tpot_ms(shown), 10));
  shown.output_tokens = 3;
  CHECK(near(tpot_ms(shown), 20));  // by the tokenizer nothing is hidden
}

}  // namespace tpot_test
