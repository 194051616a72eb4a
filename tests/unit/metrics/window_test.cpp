#include "metrics/window.hpp"

#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace window_test {

using namespace llmload;
using namespace llmload::metrics;
using namespace llmload::metrics_test;
using std::chrono::milliseconds;

Stage timed(milliseconds warmup, std::optional<milliseconds> duration, milliseconds cooldown) {
  Stage stage;
  stage.warmup = warmup;
  stage.duration = duration;
  stage.cooldown = cooldown;
  return stage;
}

constexpr Window window{100 * ms, 600 * ms};  // half a second

SummarySettings with_tokenizer() {
  SummarySettings settings;
  settings.tokenizer = true;
  return settings;
}

/// The rates of `records` in the window.
Summary rates_of(const std::vector<RequestRecord>& records, const SummarySettings& settings) {
  WindowRates rates(window);
  for (const RequestRecord& r : records) rates.add(r, settings);
  Summary s;
  rates.fill(s, settings, {});
  return s;
}

TEST_CASE("a window's times are known where a duration limits it and seconds lie around it") {
  const auto around = measured_window(timed(milliseconds(100), milliseconds(500), {}));
  REQUIRE(around);
  CHECK(around->from == 100 * ms);
  CHECK(around->until == 600 * ms);
  const auto before_cooldown = measured_window(timed({}, milliseconds(500), milliseconds(50)));
  REQUIRE(before_cooldown);
  CHECK(before_cooldown->from == 0 * ms);
  CHECK(before_cooldown->until == 500 * ms);
}

TEST_CASE("a window's times are not known with nothing around it, without a duration, or behind requests") {
  CHECK_FALSE(measured_window({ClosedLoop{1}, 1}));
  CHECK_FALSE(measured_window(timed({}, milliseconds(500), {})));
  CHECK_FALSE(measured_window(timed(milliseconds(100), {}, milliseconds(50))));
  Stage stage = timed(milliseconds(100), milliseconds(500), {});
  stage.warmup_requests = 1;
  CHECK_FALSE(measured_window(stage));
}

TEST_CASE("a window has its first nanosecond and not its last") {
  CHECK_FALSE(window.has(100 * ms - std::chrono::nanoseconds(1)));
  CHECK(window.has(100 * ms));
  CHECK(window.has(600 * ms - std::chrono::nanoseconds(1)));
  CHECK_FALSE(window.has(600 * ms));
}

TEST_CASE("requests and prompt tokens count where the answer's end is inside, whoever is measured") {
  std::vector<RequestRecord> records = {whole(99, 10), whole(100, 10), whole(300, 10), whole(600, 10)};
  for (RequestRecord& r : records) r.prompt_tokens = 7;
  records[1].measured = false;
  const Summary s = rates_of(records, with_tokenizer());
  CHECK(near(s.requests_per_second, 4));  // 2 in 0.5 s
  CHECK(near(s.input_tokens_per_second, 28));
  CHECK(near(s.output_tokens_per_second, 40));  // an answer in one body comes at its end
}

TEST_CASE("output tokens count where their event is inside") {
  const auto r = streamed(900, {event(50, 1), event(100, 2), event(599, 4), event(600, 8)});
  const Summary s = rates_of({r}, with_tokenizer());
  CHECK(near(s.output_tokens_per_second, 12));  // 6 in 0.5 s
  CHECK(near(s.requests_per_second, 0));
}

TEST_CASE("the token that COUNT_BOS adds is spread over the answer") {
  auto settings = with_tokenizer();
  settings.count_bos = true;
  const auto r = streamed(900, {event(50, 2), event(300, 1)});
  CHECK(near(rates_of({r}, settings).output_tokens_per_second, 8.0 / 3));  // 4 / 3 in 0.5 s
}

TEST_CASE("without a tokenizer an answer's tokens are spread evenly over its events") {
  auto r = streamed(900, {event(50, 0), event(200, 0), event(300, 0), event(700, 0)});
  r.output_tokens.reset();
  r.usage_completion_tokens = 12;
  CHECK(near(rates_of({r}, {}).output_tokens_per_second, 12));  // 6 in 0.5 s
}

TEST_CASE("a rate of tokens is empty where an answer inside has an unknown number, and not for one outside") {
  auto unknown = whole(300, 10);
  unknown.output_tokens.reset();
  auto known = whole(300, 10);
  known.prompt_tokens = 7;
  const Summary one = rates_of({unknown, known}, with_tokenizer());
  CHECK(near(one.requests_per_second, 4));
  CHECK_FALSE(one.output_tokens_per_second);
  CHECK_FALSE(one.input_tokens_per_second);
  unknown.done = 700 * ms;
  const Summary outside = rates_of({unknown, known}, with_tokenizer());
  CHECK(near(outside.output_tokens_per_second, 20));
  CHECK(near(outside.input_tokens_per_second, 14));
}

TEST_CASE("a window in which only requests outside the measured ones ended has rates") {
  auto r = whole(300, 10);
  r.measured = false;
  r.prompt_tokens = 7;
  const Summary s = rates_of({r}, with_tokenizer());
  CHECK(near(s.wall_seconds, 0.5));
  CHECK(near(s.requests_per_second, 2));
  CHECK(near(s.output_tokens_per_second, 20));
  CHECK(near(s.input_tokens_per_second, 14));
}

TEST_CASE("without an answer a window has its length, a rate of 0, and no rate of tokens") {
  const Summary s = rates_of({}, with_tokenizer());
  CHECK(near(s.wall_seconds, 0.5));
  CHECK(s.requests_per_second == 0.0);
  CHECK_FALSE(s.output_tokens_per_second);
}

TEST_CASE("a window that is cut short has what came before the cut alone, over its shorter length") {
  WindowRates rates(window);
  rates.add(whole(200, 10), with_tokenizer());
  rates.cut(350 * ms);
  rates.add(streamed(400, {event(340, 5), event(360, 5)}), with_tokenizer());
  rates.add(whole(350, 10), with_tokenizer());
  Summary s;
  rates.fill(s, with_tokenizer(), 350 * ms);
  CHECK(near(s.wall_seconds, 0.25));
  CHECK(near(s.requests_per_second, 4));
  CHECK(near(s.output_tokens_per_second, 60));
}

TEST_CASE("a window that is cut off before it begins has no length and no rate") {
  WindowRates rates(window);
  rates.cut(100 * ms);
  rates.add(whole(99, 10), with_tokenizer());
  Summary s;
  s.wall_seconds = s.requests_per_second = 1;
  rates.fill(s, with_tokenizer(), {});
  CHECK_FALSE(s.wall_seconds);
  CHECK_FALSE(s.requests_per_second);
}

TEST_CASE("a window that its requests may end has no times that are known before") {
  Stage stage{ClosedLoop{1}, 10, std::chrono::seconds(60)};
  stage.warmup = std::chrono::seconds(1);
  CHECK_FALSE(metrics::measured_window(stage));
}

}  // namespace window_test
