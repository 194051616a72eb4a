#include "metrics/stage_fold.hpp"

#include <cmath>
#include <string>

#include "support/catch.hpp"
#include "support/stages.hpp"
#include "unit/text/checks.hpp"

namespace stage_fold_test {

using namespace llmload;
using namespace std::chrono_literals;
using metrics::StageFold;
using metrics::summary_settings;

constexpr std::chrono::nanoseconds ms = std::chrono::milliseconds(1);

class NoTokenizer : public Tokenizer {
  std::size_t count(std::string_view) const override { return 0; }  // the Collector counts, not the fold
};

bool near(const std::optional<double>& a, double b) {
  return a && std::abs(*a - b) < 1e-9 * std::max(1.0, std::abs(b));
}

Plan plan_with_tokenizer() {
  Plan plan;
  plan.tokenizer = std::make_shared<NoTokenizer>();
  return plan;
}

/// Ok, from `from` to `to` milliseconds, with `tokens` by the tokenizer and by the server.
RequestRecord success(std::int64_t from, std::int64_t to, std::uint64_t tokens) {
  RequestRecord r;
  r.outcome = Outcome::ok;
  r.max_tokens = 10;
  r.http_status = 200;
  r.finish_reason = "stop";
  r.dispatched = from * ms;
  r.first_byte = to * ms;
  r.done = to * ms;
  r.time_source = TimeSource::kernel;
  r.output_tokens = tokens;
  r.usage_completion_tokens = tokens;
  r.usage_prompt_tokens = 4;
  return r;
}

RequestRecord failure(Outcome outcome, const std::string& error, int status = 0) {
  RequestRecord r;
  r.outcome = outcome;
  r.http_status = status;
  r.error = error;
  r.dispatched = 0ns;
  r.done = 1ns;  // a fast failure: in no latency
  r.output_tokens = 1'000;
  return r;
}

void add(StageFold& fold, RequestRecord record, std::uint64_t prompt_tokens) {
  record.prompt_tokens = prompt_tokens;
  fold.add(record);
}

bool a_note_has(const Summary& s, std::string_view text) {
  for (const auto& note : s.notes)
    if (has(note, text)) return true;
  return false;
}

TEST_CASE("a stage's numbers are those of its successful requests") {
  const auto plan = plan_with_tokenizer();
  StageFold fold(summary_settings(plan), {ClosedLoop{3}, 4}, 2);
  add(fold, success(0, 1'000, 10), 5);  // 10 tokens/s
  auto second = success(0, 2'000, 10);
  second.shard = 1;
  second.reconnects = 2;
  add(fold, second, 5);                     // 5 tokens/s: below the threshold of 7
  add(fold, success(1'000, 4'000, 30), 6);  // 10 tokens/s
  add(fold, failure(Outcome::rate_limited, "HTTP 429: slow down", 429), 0);
  const auto s = fold.summarize({});

  CHECK(s.planned == 4);
  CHECK(s.begun == 4);
  CHECK(s.not_started == 0);
  CHECK(s.ok == 3);
  CHECK(s.failed == 1);
  CHECK(s.by_outcome[static_cast<std::size_t>(Outcome::ok)] == 3);
  CHECK(s.by_outcome[static_cast<std::size_t>(Outcome::rate_limited)] == 1);
  CHECK(s.by_shard == std::vector<std::uint64_t>{3, 1});
  CHECK(s.reconnects == 2);
  CHECK(s.wall_seconds == 4);
  REQUIRE(s.e2e_ms());
  CHECK(s.e2e_ms()->count == 3);
  CHECK(near(s.e2e_ms()->min, 1'000));
  CHECK(near(s.e2e_ms()->p50, 2'000));
  CHECK(near(s.e2e_ms()->max, 3'000));
  CHECK(near(s.e2e_ms()->p99, 2'980));
  CHECK(near(s.requests_per_second, 0.75));       // 3 / 4 s
  CHECK(near(s.output_tokens_per_second, 12.5));  // 50 / 4 s
  CHECK(near(s.input_tokens_per_second, 4));      // 16 / 4 s
  CHECK(near(s.mean_output_tokens_per_second_per_request, 25.0 / 3));
  CHECK(s.below_threshold == 1U);
  CHECK(s.output_tokens == 50U);
  CHECK(s.usage_output_tokens == 50U);
  CHECK_FALSE(s.p99_supported);
  CHECK_FALSE(s.dead_end);
  CHECK(s.commonest_outcome == Outcome::rate_limited);
  CHECK(s.commonest_count == 1);
  CHECK(s.commonest_reason == "HTTP 429: slow down");
  CHECK(s.time_source == TimeSource::kernel);
  REQUIRE(s.template_tokens);  // prompts of 5, 5 and 6 tokens, of which the server counts 4 each
  CHECK(near(s.template_tokens->mean, -4.0 / 3));
  CHECK(s.template_tokens->least == -2);
  CHECK(s.template_tokens->most == -1);
  CHECK(s.notes.size() == 1);
}

TEST_CASE("a stage without a success has no numbers: neither 0 nor nan") {
  const auto plan = plan_with_tokenizer();
  StageFold fold(summary_settings(plan), {ClosedLoop{2}, 2}, 1);
  add(fold, failure(Outcome::http_5xx, "HTTP 500", 500), 0);
  add(fold, failure(Outcome::reset, "closed"), 0);
  const auto s = fold.summarize({});
  CHECK(s.failed == 2);
  CHECK_FALSE(s.e2e_ms());
  CHECK_FALSE(s.requests_per_second);
  CHECK_FALSE(s.output_tokens_per_second);
  CHECK_FALSE(s.input_tokens_per_second);
  CHECK_FALSE(s.mean_output_tokens_per_second_per_request);
  CHECK_FALSE(s.below_threshold);
  CHECK_FALSE(s.output_tokens);
  CHECK_FALSE(s.usage_output_tokens);
  CHECK(s.notes.empty());
}

TEST_CASE("a stage without a request has planned and not started") {
  const Plan plan;
  const auto s =
      StageFold(summary_settings(plan), {ClosedLoop{8}, 8}, 1).summarize({.interrupted = true, .planned = 8});
  CHECK(s.planned == 8);
  CHECK(s.not_started == 8);
  CHECK(s.begun == 0);
  CHECK(s.interrupted);
  CHECK_FALSE(s.dead_end);
}

TEST_CASE("requests are conserved when a stage is cut short, or is limited by time") {
  const Plan plan;
  StageFold cut(summary_settings(plan), {ClosedLoop{4}, 10}, 1),
      timed(summary_settings(plan), {ClosedLoop{4}, {}, std::chrono::seconds(1)}, 1);
  for (StageFold* fold : {&cut, &timed}) {
    for (int i = 0; i < 3; ++i) fold->add(success(0, 10, 1));
    fold->add(failure(Outcome::cancelled, "interrupted"));
    const auto planned = fold == &cut ? std::optional<std::uint64_t>(10) : std::nullopt;
    const auto s = fold->summarize({.interrupted = true, .planned = planned});
    CHECK(s.planned == s.begun + s.not_started);
    CHECK(s.begun == s.ok + s.failed);
    CHECK(s.not_started == (fold == &cut ? 6U : 0U));
  }
}

TEST_CASE("without a tokenizer tokens are the server's") {
  Plan plan;
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 1}, 1);
  auto r = success(0, 500, 0);
  r.output_tokens.reset();
  r.usage_completion_tokens = 20;
  add(fold, r, 99);
  const auto s = fold.summarize({});
  CHECK(near(s.output_tokens_per_second, 40));
  CHECK(near(s.input_tokens_per_second, 8));  // 4 by usage
  CHECK(s.output_tokens == 20U);
}

TEST_CASE("without tokenizer and usage tokens are not known, and a note says so") {
  const Plan plan;
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 2}, 1);
  auto r = success(0, 500, 0);
  r.output_tokens.reset();
  r.usage_completion_tokens.reset();
  r.usage_prompt_tokens.reset();
  add(fold, r, 0);
  add(fold, success(0, 500, 7), 0);
  const auto s = fold.summarize({});
  CHECK_FALSE(s.output_tokens_per_second);
  CHECK_FALSE(s.input_tokens_per_second);
  CHECK_FALSE(s.mean_output_tokens_per_second_per_request);
  CHECK_FALSE(s.below_threshold);
  CHECK(near(s.requests_per_second, 4));
  CHECK(a_note_has(s, "1 answers have no known number of output tokens"));
}

TEST_CASE("COUNT_BOS adds one token to each count of the tokenizer") {
  auto plan = plan_with_tokenizer();
  plan.count_bos = true;
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 2}, 1);
  add(fold, success(0, 1'000, 10), 4);
  add(fold, success(0, 1'000, 12), 4);
  const auto s = fold.summarize({});
  CHECK(s.output_tokens == 24U);
  CHECK(near(s.input_tokens_per_second, 10));
  CHECK(s.usage_output_tokens == 22U);
  CHECK(s.notes.empty());  // BOS is no difference between tokenizer and server
}

TEST_CASE("a difference between tokenizer and usage is noted with its size") {
  const auto plan = plan_with_tokenizer();
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 3}, 1);
  auto r = success(0, 1'000, 10);
  r.usage_completion_tokens = 13;
  add(fold, r, 4);
  auto silent = success(0, 1'000, 50);
  silent.usage_completion_tokens.reset();
  add(fold, silent, 4);
  const auto s = fold.summarize({});
  CHECK(a_note_has(s, "the tokenizer counts 10 output tokens, the server 13: 3 more over 1 answers"));
  CHECK_FALSE(s.usage_output_tokens);  // not of all
}

TEST_CASE("outputs shorter than 90 % of the tokens asked for are counted and noted") {
  const auto plan = plan_with_tokenizer();
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 3}, 1);
  for (const std::uint64_t tokens : {8U, 9U, 10U}) add(fold, success(0, 1'000, tokens), 4);
  const auto s = fold.summarize({});
  CHECK(s.short_outputs == 1);
  CHECK(a_note_has(s, "1 of 3 outputs are shorter than 90 % of what was asked for"));
}

TEST_CASE("a rate at the threshold is not below it") {
  const auto plan = plan_with_tokenizer();
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 1}, 1);
  add(fold, success(0, 2'000, 14), 0);
  CHECK(fold.summarize({}).below_threshold == 0U);
}

TEST_CASE("the commonest failure is the commonest outcome, with the commonest of its reasons") {
  const Plan plan;
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 7}, 1);
  add(fold, failure(Outcome::http_4xx, "HTTP 400: a", 400), 0);
  for (int i = 0; i < 2; ++i) add(fold, failure(Outcome::http_4xx, "HTTP 400: b", 400), 0);
  add(fold, failure(Outcome::http_4xx, "HTTP 400: c", 400), 0);
  for (int i = 0; i < 3; ++i) add(fold, failure(Outcome::reset, "closed"), 0);
  const auto s = fold.summarize({});
  CHECK(s.commonest_outcome == Outcome::http_4xx);
  CHECK(s.commonest_count == 4);
  CHECK(s.commonest_reason == "HTTP 400: b");
}

TEST_CASE("many different reasons do not grow without bound, and are all counted") {
  const Plan plan;
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 1'000}, 1);
  for (int i = 0; i < 1'000; ++i)
    add(fold, failure(Outcome::http_5xx, "request " + std::to_string(i), 500), 0);
  const auto s = fold.summarize({});
  CHECK(s.failed == 1'000);
  CHECK(s.commonest_count == 1'000);
  CHECK(s.commonest_reason.starts_with("request "));
}

TEST_CASE("a stage is a dead end where each request failed in a way that no load explains") {
  const Plan plan;
  const auto ends = [&plan](const std::vector<RequestRecord>& records) {
    StageFold fold(summary_settings(plan), {ClosedLoop{1}, 4}, 1);
    for (const RequestRecord& record : records) add(fold, record, 0);
    return fold.summarize({}).dead_end;
  };
  for (const auto& [outcome, is_one] : {std::pair(Outcome::http_3xx, true),
                                        {Outcome::http_4xx, true},
                                        {Outcome::http_5xx, true},
                                        {Outcome::bad_response, false},
                                        {Outcome::dns_failed, true},
                                        {Outcome::connect_failed, true},
                                        {Outcome::connect_timeout, true},
                                        {Outcome::tls_failed, true},
                                        {Outcome::tls_timeout, true},
                                        {Outcome::rate_limited, false},
                                        {Outcome::reset, false},
                                        {Outcome::first_byte_timeout, false},
                                        {Outcome::total_timeout, false},
                                        {Outcome::incomplete, false},
                                        {Outcome::content_filtered, false},
                                        {Outcome::cancelled, false}}) {
    INFO(to_string(outcome));
    CHECK(ends({failure(outcome, "no"), failure(outcome, "no")}) == is_one);
  }
  CHECK(ends({failure(Outcome::http_4xx, "no", 401), failure(Outcome::tls_failed, "no")}));
  CHECK_FALSE(ends({failure(Outcome::http_4xx, "no", 401), failure(Outcome::rate_limited, "slow", 429)}));
  CHECK_FALSE(ends({failure(Outcome::http_4xx, "no", 401), success(0, 1, 1)}));
  CHECK_FALSE(ends({}));
}

TEST_CASE("299 successes support a p99, 298 do not") {
  const Plan plan;
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 299}, 1);
  for (int i = 0; i < 298; ++i) add(fold, success(0, 1, 1), 0);
  add(fold, failure(Outcome::reset, "x"), 0);
  CHECK_FALSE(fold.summarize({}).p99_supported);
  add(fold, success(0, 1, 1), 0);
  CHECK(fold.summarize({}).p99_supported);
}

TEST_CASE("2,995 successes support a p99.9, 2,994 do not") {
  const Plan plan;
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 2'995}, 1);
  for (int i = 0; i < 2'994; ++i) add(fold, success(0, 1, 1), 0);
  CHECK_FALSE(fold.summarize({}).p999_supported);
  add(fold, success(0, 1, 1), 0);
  CHECK(fold.summarize({}).p999_supported);
}

TEST_CASE("latencies and rates run from when a request was due, in open loop") {
  const auto plan = plan_with_tokenizer();
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 1}, 1);
  auto r = success(1'000, 3'000, 12);
  r.scheduled = 0ns;
  add(fold, r, 0);
  const auto s = fold.summarize({});
  CHECK(near(s.e2e_ms()->p50, 3'000));
  CHECK(near(s.mean_output_tokens_per_second_per_request, 4));  // 12 / 3 s
  CHECK(near(s.request_output_rate()->mean, 4));
  CHECK(s.below_threshold == 1U);
}

TEST_CASE("a request's output rate is without the token that COUNT_BOS adds") {
  auto plan = plan_with_tokenizer();
  plan.count_bos = true;
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 1}, 1);
  add(fold, success(0, 1'000, 10), 4);
  const auto s = fold.summarize({});
  CHECK(near(s.request_output_rate()->mean, 10));
  CHECK(near(s.mean_output_tokens_per_second_per_request, 11));
}

TEST_CASE("reasoning and tool tokens are part of the output, and the tokenizer's alone") {
  const auto plan = plan_with_tokenizer();
  auto r = success(0, 1'000, 10);
  r.reasoning_tokens = 6;
  r.tool_tokens = 1;
  StageFold counted(summary_settings(plan), {ClosedLoop{1}, 2}, 1),
      uncounted(summary_settings(Plan()), {ClosedLoop{1}, 1}, 1);
  add(counted, r, 4);
  add(counted, success(0, 1'000, 10), 4);
  add(uncounted, success(0, 1'000, 10), 4);
  const auto s = counted.summarize({});
  CHECK(s.output_tokens == 20U);
  CHECK(s.reasoning_tokens == 6U);
  CHECK(s.tool_tokens == 1U);
  CHECK_FALSE(uncounted.summarize({}).reasoning_tokens);
  CHECK_FALSE(uncounted.summarize({}).tool_tokens);
}

TEST_CASE("goodput is good requests over the wall, its share of all that were begun") {
  auto plan = plan_with_tokenizer();
  plan.goodput = Goodput{{}, {}, 1'000};
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 5}, 1);
  for (int i = 0; i < 3; ++i) add(fold, success(0, 1'000, 10), 4);
  add(fold, success(0, 4'000, 10), 4);  // too slow
  add(fold, failure(Outcome::reset, "closed"), 0);
  const auto s = fold.summarize({});
  CHECK(near(s.goodput, 0.75));    // 3 / 4 s
  CHECK(near(s.good_share, 0.6));  // 3 / 5
}

TEST_CASE("without limits there is no goodput, without a success none are good, and there is no wall") {
  auto plan = plan_with_tokenizer();
  StageFold free(summary_settings(plan), {ClosedLoop{1}, 1}, 1);
  add(free, success(0, 1'000, 10), 4);
  CHECK_FALSE(free.summarize({}).goodput);
  CHECK_FALSE(free.summarize({}).good_share);
  plan.goodput = Goodput{{}, {}, 1'000};
  StageFold failed(summary_settings(plan), {ClosedLoop{1}, 1}, 1);
  CHECK_FALSE(failed.summarize({}).good_share);
  add(failed, failure(Outcome::reset, "closed"), 0);
  CHECK_FALSE(failed.summarize({}).goodput);
  CHECK_FALSE(failed.summarize({}).wall_seconds);
  CHECK(failed.summarize({}).good_share == 0.0);
}

TEST_CASE("opening a connection has its parts, of those requests that did") {
  const Plan plan;
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 2}, 1);
  add(fold, success(0, 9, 1), 0);
  auto r = success(1, 20, 1);
  r.opening = 1 * ms;
  r.resolved = 3 * ms;
  r.tcp_connected = 6 * ms;
  r.tls_done = 10 * ms;
  add(fold, r, 0);
  const auto s = fold.summarize({});
  REQUIRE((s.resolve_ms() && s.connect_ms() && s.tls_ms()));
  CHECK(s.resolve_ms()->count == 1);
  CHECK(near(s.resolve_ms()->p50, 2));
  CHECK(near(s.connect_ms()->p50, 3));
  CHECK(near(s.tls_ms()->p50, 4));
}

TEST_CASE("arrivals that the kernel did not time are noted") {
  const Plan plan;
  StageFold fold(summary_settings(plan), {ClosedLoop{1}, 2}, 1);
  auto r = success(0, 9, 1);
  r.time_source = TimeSource::user;
  add(fold, r, 0);
  CHECK(fold.summarize({}).time_source == TimeSource::user);
  CHECK(a_note_has(fold.summarize({}), "our own reads"));
  add(fold, success(0, 9, 1), 0);
  CHECK(fold.summarize({}).time_source == TimeSource::mixed);
}

/// An open loop with a cap; no test here asks its pacer.
Stage open_stage(std::optional<unsigned> cap) {
  return {OpenLoop{.pacer = make_constant_pacer(1), .concurrency = cap}};
}

/// Due, admitted, taken and sent one millisecond after the other from `from` on, done at `to`.
RequestRecord due(std::int64_t from, std::int64_t to, std::uint64_t tokens) {
  RequestRecord r = success(from + 2, to, tokens);
  r.scheduled = from * ms;
  r.admitted = (from + 1) * ms;
  r.sent = (from + 3) * ms;
  return r;
}

TEST_CASE("requests outside the window are counted apart, and are in no other number") {
  auto plan = plan_with_tokenizer();
  plan.goodput = Goodput{{}, {}, 10'000};
  Stage stage{ClosedLoop{1}, 2};
  stage.warmup_requests = 3;
  const auto fold_of = [&](bool with_warmup) {
    StageFold fold(summary_settings(plan), stage, 1);
    if (with_warmup) {
      auto slow = due(0, 900'000, 1'000);
      slow.reconnects = 5;
      slow.time_source = TimeSource::user;
      auto failed = failure(Outcome::reset, "closed");
      auto refused = failure(Outcome::http_4xx, "HTTP 401", 401);
      for (RequestRecord* r : {&slow, &failed, &refused}) {
        r->measured = false;
        add(fold, *r, 1'000);
      }
    }
    add(fold, due(5'000, 6'000, 10), 5);
    add(fold, failure(Outcome::rate_limited, "HTTP 429", 429), 5);
    return fold.summarize({.planned = 2});
  };
  const auto s = fold_of(true), without = fold_of(false);
  CHECK(s.outside_window == 3);
  CHECK(s.outside_failed == 2);
  CHECK(without.outside_window == 0);
  CHECK(s.by_shard == std::vector<std::uint64_t>{5});  // what the shard did, all the same
  CHECK(s.planned == 2);
  CHECK(s.begun == 2);
  CHECK(s.not_started == 0);
  CHECK(s.ok == 1);
  CHECK(s.failed == 1);
  CHECK(s.by_outcome == without.by_outcome);
  CHECK(s.reconnects == 0);
  CHECK(s.cold_requests == without.cold_requests);
  CHECK(s.time_source == TimeSource::kernel);
  CHECK(s.wall_seconds == without.wall_seconds);
  CHECK(s.requests_per_second == without.requests_per_second);
  CHECK(s.output_tokens == 10U);
  CHECK(s.input_tokens_per_second == without.input_tokens_per_second);
  CHECK(s.e2e_ms()->count == 1);
  CHECK(s.service_e2e_ms()->count == 1);
  CHECK(s.queue_wait_ms()->count == 1);
  CHECK(s.own_error.dispatch_lag_ms->count == 1);
  CHECK(near(s.good_share, 0.5));
  CHECK(s.goodput == without.goodput);
  CHECK(s.commonest_reason == "HTTP 429");
  CHECK(s.commonest_count == 1);
  CHECK_FALSE(s.dead_end);
  CHECK(s.notes == without.notes);
}

TEST_CASE("behind a warm-up the wall begins with the first measured request") {
  const auto plan = plan_with_tokenizer();
  const auto wall = [&](const Stage& stage) {
    StageFold fold(summary_settings(plan), stage, 1);
    add(fold, due(9'000, 12'000, 10), 5);
    add(fold, due(8'000, 10'000, 10), 5);
    return fold.summarize({}).wall_seconds;
  };
  Stage stage{ClosedLoop{1}, 2};
  CHECK(wall(stage) == 12);
  stage.warmup_requests = 1;
  CHECK(wall(stage) == 4);  // 8 to 12 s
  stage.warmup_requests = 0;
  stage.warmup = std::chrono::seconds(7);
  CHECK(wall(stage) == 4);
}

TEST_CASE("where the window's times are known, they are the wall, and rates are of what came inside") {
  auto plan = plan_with_tokenizer();
  plan.goodput = Goodput{{}, {}, 10'000};
  Stage stage{ClosedLoop{1}, {}, std::chrono::seconds(4)};
  stage.warmup = std::chrono::seconds(1);
  stage.cooldown = std::chrono::seconds(1);
  StageFold fold(summary_settings(plan), stage, 1);
  auto before = due(0, 2'000, 10), after = due(5'100, 5'900, 10);
  before.measured = after.measured = false;
  add(fold, before, 4);  // ends inside
  add(fold, due(2'000, 4'000, 20), 4);
  add(fold, due(4'500, 5'500, 30), 4);  // measured, and ends behind it
  add(fold, after, 4);
  const auto s = fold.summarize({});
  CHECK(s.ok == 2);
  CHECK(s.wall_seconds == 4);
  CHECK(near(s.requests_per_second, 0.5));       // 2 / 4 s
  CHECK(near(s.output_tokens_per_second, 7.5));  // 30 / 4 s
  CHECK(near(s.input_tokens_per_second, 2));     // 8 / 4 s
  CHECK(s.output_tokens == 50U);                 // of the measured ones
  CHECK(near(s.goodput, 0.5));                   // 2 measured ones / 4 s
}

TEST_CASE("failed requests are in no rate of a window, whose length is known without a success") {
  const auto plan = plan_with_tokenizer();
  Stage stage{ClosedLoop{1}, {}, std::chrono::seconds(1)};
  stage.cooldown = std::chrono::seconds(1);
  StageFold fold(summary_settings(plan), stage, 1);
  add(fold, failure(Outcome::reset, "closed"), 4);
  CHECK(fold.summarize({}).requests_per_second == 0.0);
  CHECK_FALSE(fold.summarize({}).output_tokens_per_second);
  CHECK(fold.summarize({}).wall_seconds == 1);
  add(fold, success(0, 500, 10), 4);
  CHECK(near(fold.summarize({}).requests_per_second, 1));
}

TEST_CASE("what failed behind the last success is the tail, which is noted from 5 % of the wall on") {
  const auto summary_of = [](std::int64_t failed_at) {
    StageFold fold(summary_settings(Plan()), {ClosedLoop{1}, 2}, 1);
    fold.add(success(0, 4'000, 10));
    auto r = failure(Outcome::idle_timeout, "nothing came");
    r.ended = failed_at * ms;
    fold.add(r);
    return fold.summarize({});
  };
  CHECK(summary_of(3'000).tail_seconds == 0);
  CHECK(near(summary_of(4'199).tail_seconds, 0.199));
  CHECK_FALSE(a_note_has(summary_of(4'199), "behind the last answer"));
  CHECK(summary_of(4'200).wall_seconds == 4);
  CHECK(a_note_has(summary_of(4'200),
                   "requests failed until 0.2 s behind the last answer: the rate over all that time is 0.24 "
                   "requests/s"));
}

TEST_CASE("what no request gave is not known: no wall, tail, time source, nor short outputs") {
  StageFold fold(summary_settings(Plan()), {ClosedLoop{1}, 2}, 1);
  auto r = failure(Outcome::connect_failed, "refused");
  r.ended = 5 * ms;
  fold.add(r);
  const auto s = fold.summarize({});
  CHECK_FALSE(s.wall_seconds);
  CHECK_FALSE(s.tail_seconds);
  CHECK_FALSE(s.time_source);
  CHECK_FALSE(s.short_outputs);
}

TEST_CASE("connections that brought bytes of nobody are counted, and noted") {
  StageFold fold(summary_settings(Plan()), {ClosedLoop{1}, 2}, 1);
  auto r = success(0, 9, 1);
  r.stale_answers = 2;
  fold.add(r);
  CHECK(fold.summarize({}).stale_answers == 2);
  CHECK(
      a_note_has(fold.summarize({}), "2 connections were closed because bytes came that answer no request"));
}

TEST_CASE("a stage that was stopped counts nothing behind the stop in its window") {
  const auto plan = plan_with_tokenizer();
  Stage stage{ClosedLoop{1}, {}, std::chrono::seconds(4)};
  stage.cooldown = std::chrono::seconds(1);
  StageFold fold(summary_settings(plan), stage, 1);
  add(fold, success(0, 1'000, 10), 4);
  fold.stop_at(2'000 * ms);
  add(fold, success(0, 3'000, 10), 4);
  const auto s = fold.summarize({.too_many_errors = true, .stopped_at = 2'000 * ms});
  CHECK(s.ok == 2);
  CHECK(s.wall_seconds == 2);
  CHECK(near(s.requests_per_second, 0.5));
  CHECK(near(s.output_tokens_per_second, 5));
}

TEST_CASE("what was dropped is planned, was never begun, and is not good") {
  auto plan = plan_with_tokenizer();
  plan.goodput = Goodput{{}, {}, 10'000};
  StageFold fold(summary_settings(plan), open_stage(2), 1);
  for (int i = 0; i < 3; ++i) add(fold, due(0, 1'000, 10), 4);
  auto s = fold.summarize({.planned = 10, .dropped = 5});
  CHECK(s.planned == 10);
  CHECK(s.dropped == 5);
  CHECK(s.begun == 3);
  CHECK(s.not_started == 2);
  CHECK(s.failed == 0);
  CHECK(near(s.good_share, 3.0 / 8));
  s = fold.summarize({.dropped = 5});
  CHECK(s.planned == 8);
  CHECK(s.not_started == 0);
}

TEST_CASE("service times, queue wait and dispatch lag are parts of an open loop's latency") {
  const auto plan = plan_with_tokenizer();
  StageFold fold(summary_settings(plan), open_stage(2), 1);
  add(fold, due(0, 1'000, 10), 4);
  const auto s = fold.summarize({.schedule_hash = "abc"});
  CHECK(near(s.e2e_ms()->p50, 1'000));
  CHECK(near(s.service_e2e_ms()->p50, 997));
  CHECK(near(s.queue_wait_ms()->p50, 1));
  CHECK(near(s.own_error.dispatch_lag_ms->p50, 2));
  CHECK(s.schedule_hash == "abc");
}

TEST_CASE("only a cap that queues has a queue wait") {
  const auto plan = plan_with_tokenizer();
  const auto waits = [&](const Stage& stage) {
    StageFold fold(summary_settings(plan), stage, 1);
    add(fold, due(0, 1'000, 10), 4);
    return fold.summarize({}).queue_wait_ms().has_value();
  };
  auto stage = open_stage(2);
  CHECK(waits(stage));
  test::open_of(stage).when_full = WhenFull::drop;
  CHECK_FALSE(waits(stage));
  CHECK_FALSE(waits(open_stage({})));
}

TEST_CASE("a closed loop has no dispatch lag, no queue wait and no hash") {
  StageFold fold(summary_settings(Plan()), {ClosedLoop{1}, 1}, 1);
  auto r = success(0, 9, 1);
  r.sent = 2 * ms;
  fold.add(r);
  const auto s = fold.summarize({});
  CHECK_FALSE(s.own_error.dispatch_lag_ms);
  CHECK_FALSE(s.queue_wait_ms());
  CHECK(s.schedule_hash.empty());
  CHECK(near(s.service_e2e_ms()->p50, 7));
}

TEST_CASE("the lag of requests that were sent and failed counts, and their own connection does not") {
  Plan plan;
  plan.connection = Connection::per_request;
  StageFold fold(summary_settings(plan), open_stage({}), 1);
  auto r = due(0, 1'000, 1);
  r.sent = 50 * ms;
  r.tcp_connected = 40 * ms;
  r.outcome = Outcome::http_5xx;
  fold.add(r);
  CHECK(near(fold.summarize({}).own_error.dispatch_lag_ms->p50, 11));  // 1 to 50 without 2 to 40
}

TEST_CASE("measured requests that opened their connection are cold") {
  StageFold fold(summary_settings(Plan()), {ClosedLoop{1}, 3}, 1);
  for (const bool reused : {true, false, false}) {
    auto r = success(0, 9, 1);
    r.connection_reused = reused;
    fold.add(r);
  }
  CHECK(fold.summarize({}).cold_requests == 2);
}

TEST_CASE("a calibration's error is put onto the metrics that it is of") {
  auto plan = plan_with_tokenizer();
  plan.stream = true;
  auto stage = open_stage(2);
  auto r = due(0, 1'000, 6);
  r.streamed = true;
  r.first_token = 300 * ms;
  r.last_token = 900 * ms;
  r.events = {{300 * ms, 1, 1, TextKind::content, false},
              {600 * ms, 2, 2, TextKind::content, false},
              {900 * ms, 5, 3, TextKind::content, false}};
  const auto summary_of = [&] {
    StageFold fold(summary_settings(plan), stage, 1);
    add(fold, r, 4);
    return fold.summarize({});
  };
  CHECK_FALSE(summary_of().e2e_ms()->own_error_p99);
  stage.own_error = OwnErrorP99{0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
  auto s = summary_of();
  CHECK(s.e2e_ms()->own_error_p99 == 0.1);
  CHECK(s.service_e2e_ms()->own_error_p99 == 0.5);
  CHECK(s.ttft_ms()->own_error_p99 == 0.2);
  CHECK(s.ttfo_ms()->own_error_p99 == 0.2);
  CHECK(s.service_ttft_ms()->own_error_p99 == 0.6);
  CHECK(s.tpot_ms()->own_error_p99 == 0.3);
  CHECK(s.itl_ms()->own_error_p99 == 0.4);
  CHECK(s.event_gap_ms()->own_error_p99 == 0.4);
  CHECK_FALSE(s.queue_wait_ms()->own_error_p99);
  CHECK_FALSE(s.request_output_rate()->own_error_p99);
  CHECK_FALSE(s.tokens_per_event()->own_error_p99);
  CHECK_FALSE(s.own_error.dispatch_lag_ms->own_error_p99);
  stage.own_error = OwnErrorP99{0.1, {}, {}, {}};
  s = summary_of();
  CHECK(s.e2e_ms()->own_error_p99 == 0.1);
  CHECK_FALSE(s.ttft_ms()->own_error_p99);
}

TEST_CASE("a stage is judged with its numbers") {
  StageFold fold(summary_settings(Plan()), open_stage({}), 1);
  auto r = due(0, 1'000, 1);
  r.sent = 500 * ms;
  fold.add(r);
  const auto s = fold.summarize({});
  CHECK_FALSE(s.valid);
  CHECK(has(s.invalid_reasons.at(0).text, "requests were sent late"));
}

TEST_CASE("finish reasons are counted, of failed requests, too, and of the measured ones alone") {
  StageFold fold({}, {ClosedLoop{1}, 4}, 1);
  auto ended = success(0, 10, 5);  // with "stop"
  fold.add(ended);
  fold.add(ended);
  auto failed = failure(Outcome::generation_failed, "gave up");
  failed.finish_reason = "abort";
  fold.add(failed);
  ended.measured = false;
  fold.add(ended);
  auto without = success(0, 10, 5);
  without.finish_reason.clear();
  fold.add(without);
  CHECK(fold.summarize({}).finish_reasons == std::map<std::string, std::uint64_t>{{"abort", 1}, {"stop", 2}});
}

TEST_CASE("which of two counts is used is the plan's choice") {
  auto record = success(0, 1'000, 10);
  record.usage_completion_tokens = 30;
  record.usage_cached_tokens = 3;
  record.shared_tokens = 2;
  record.usage_reasoning_tokens = 1;
  Plan plan = plan_with_tokenizer();
  const auto summary_by = [&](TokensFrom from) {
    plan.tokens_from = from;
    StageFold fold(summary_settings(plan), {ClosedLoop{1}, 2}, 1);
    add(fold, record, 5);
    add(fold, record, 5);
    return fold.summarize({});
  };
  const Summary own = summary_by(TokensFrom::tokenizer), server = summary_by(TokensFrom::usage);
  CHECK(own.output_tokens == 20U);
  CHECK(server.output_tokens == 60U);
  CHECK(near(own.input_tokens_per_second, 10));
  CHECK(near(server.input_tokens_per_second, 8));
  CHECK(near(own.request_output_rate()->mean, 10));
  CHECK(near(server.request_output_rate()->mean, 30));
  CHECK_FALSE(server.reasoning_tokens);
  for (const Summary* s : {&own, &server}) {
    CHECK(near(s->usage_ratio, 2.9));
    CHECK(has(s->token_doubt, "the server counts 58 output tokens in 2 answers, the tokenizer 20"));
    CHECK(s->usage_cached_tokens == 6U);
    CHECK(s->shared_tokens == 4U);
    CHECK(s->usage_reasoning_tokens == 2U);
  }
}

}  // namespace stage_fold_test
