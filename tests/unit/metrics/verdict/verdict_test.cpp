#include "metrics/verdict/verdict.hpp"

#include <string>

#include "support/catch.hpp"
#include "unit/metrics/hand_made.hpp"
#include "unit/text/checks.hpp"

namespace verdict_test {

using namespace llmload;
using metrics::conclude;
using metrics::judge;
using metrics_test::distribution_of;
using metrics_test::number_of;

/// Of whatever metric; only these are looked at.
Distribution with(double p50, double p99) {
  Distribution d;
  d.count = 1;
  d.p50 = p50;
  d.p99 = p99;
  return d;
}

/// A stage of one second, whose streamed answers have a TTFT of 500 ms and a gap of 20 ms at the median.
Summary good() {
  Summary s;
  s.stage = {ClosedLoop{4}, 100};
  s.begun = s.ok = 100;
  s.wall_seconds = 1;
  distribution_of(s, "e2e_ms") = with(2'000, 3'000);
  distribution_of(s, "ttft_ms") = distribution_of(s, "service_ttft_ms") = with(500, 900);
  distribution_of(s, "ttft_ms")->count = 100;
  distribution_of(s, "event_gap_ms") = with(20, 40);
  s.time_source = TimeSource::kernel;
  s.own_error.cpu_shares = {0.2, 0.3};
  s.own_error.dispatch_lag_ms = with(0.1, 0.2);
  s.own_error.read_lag_ms = with(0.1, 0.2);
  s.own_error.loop_lag_ms = with(0.1, 0.2);
  number_of(s, "first_token_merged_share") = 0.001;
  return s;
}

/// The reasons, one after the other; "" where the stage is valid.
std::string reasons(Summary s) {
  judge(s, {});
  CHECK(s.valid == s.invalid_reasons.empty());
  std::string all;
  for (const InvalidReason& reason : s.invalid_reasons) all += reason.text + '\n';
  return all;
}

TEST_CASE("a stage without a fault is valid") { CHECK(reasons(good()).empty()); }

TEST_CASE("a stage that ended without a measured request is not valid, unless it was stopped") {
  CHECK(reasons({}) == "no request was begun in the measured window\n");
  Summary stopped;
  stopped.stopped_at = std::chrono::seconds(1);
  CHECK(reasons(stopped).empty());
}

TEST_CASE("a stage whose requests were not made in time is not valid, up to where they were") {
  Summary s = good();
  s.own_error.prepare_lag_ms = with(0, 20);  // 1 % of the E2E p50
  CHECK(reasons(s).empty());
  s.own_error.prepare_lag_ms = with(0, 20.5);
  CHECK(reasons(s) ==
        "requests were not made in time: prepare lag p99 is 20.5 ms, more than 20 ms; use shorter prompts or "
        "less load\n");
  judge(s, {});
  CHECK_FALSE(s.invalid_reasons.at(0).touches("e2e_ms", 0.5));
  CHECK(s.invalid_reasons.at(0).touches("e2e_ms", 0.99));
  CHECK_FALSE(s.invalid_reasons.at(0).touches("service_e2e_ms", 0.99));
}

TEST_CASE("a closed loop whose sessions idle between two requests is not valid, but a short one") {
  Summary s = good();
  s.own_error.turnaround_ms = with(0, 100);
  s.own_error.turnaround_ms->mean = 20;
  CHECK(reasons(s).empty());
  s.own_error.turnaround_ms->mean = 20.5;
  CHECK(reasons(s) ==
        "sessions took their next request 20.5 ms behind an answer's end, on average, more than 20 ms: rates "
        "are "
        "lower for it; use more cores or less load\n");
  Summary judged = s;
  judge(judged, {});
  CHECK_FALSE(judged.invalid_reasons.at(0).touches("e2e_ms", 0.99));
  CHECK(judged.invalid_reasons.at(0).touches("requests_per_second"));
  s.wall_seconds = 0.09;
  CHECK(reasons(s).empty());
}

TEST_CASE("a stage whose requests all failed is not valid, but where it was interrupted") {
  Summary s;
  s.begun = s.failed = 2;
  s.commonest_reason = "HTTP 500: oops";
  CHECK(reasons(s) == "every request failed: HTTP 500: oops\n");
  s.interrupted = true;
  CHECK(reasons(s).empty());
}

TEST_CASE("a dispatch lag of more than 1 % of the TTFT is not valid") {
  auto s = good();
  s.own_error.dispatch_lag_ms = with(0, 5);  // the limit itself
  CHECK(reasons(s).empty());
  s.own_error.dispatch_lag_ms = with(0, 5.01);
  CHECK(reasons(s) ==
        "requests were sent late: dispatch lag p99 is 5.01 ms, more than 5 ms; use more cores or a lower "
        "rate\n");
  distribution_of(s, "service_ttft_ms").reset();  // not streamed
  CHECK(has(reasons(s), "5.01 ms, more than 1 ms"));
}

TEST_CASE("a dispatch lag of up to 1 ms is valid, however fast the answers are") {
  auto s = good();
  distribution_of(s, "service_ttft_ms") = with(2, 3);
  s.own_error.dispatch_lag_ms = with(0, 1);
  CHECK(reasons(s).empty());
  s.own_error.dispatch_lag_ms = with(0, 1.01);
  CHECK(has(reasons(s), "more than 1 ms"));
}

TEST_CASE("requests that were late to open their connections are advised to have more of them") {
  auto s = good();
  s.cold_requests = 12;
  CHECK(reasons(s).empty());
  s.own_error.dispatch_lag_ms = with(0, 6);
  CHECK(has(reasons(s), "12 requests had to open their connection first: open more connections"));
  s.reconnects = 7;
  CHECK(has(reasons(s), "first: the server closes idle ones, which fewer connections would leave less idle"));
  metrics::SummarySettings settings;
  settings.own_connections = true;
  s.invalid_reasons.clear();
  judge(s, settings);
  CHECK_FALSE(has(s.invalid_reasons.front().text, "connections"));
}

TEST_CASE("a stage whose every request was dropped is not valid") {
  Summary s;
  s.planned = s.dropped = 5;
  CHECK(has(reasons(s), "every request was dropped"));
}

TEST_CASE("a shard that ran or waited for a core for more than 90 % of its busiest seconds is not valid") {
  auto s = good();
  s.own_error.busy_shares = {0.1, 0.9};
  CHECK(reasons(s).empty());
  s.own_error.busy_shares = {0.95, 0.1};
  CHECK(has(reasons(s), "ran, or waited for a core, for 95 % of the time, more than 90 %"));
  s.wall_seconds = 0.099;  // a burst
  CHECK(reasons(s).empty());
  s.wall_seconds = 0.1;
  CHECK_FALSE(reasons(s).empty());
}

TEST_CASE("a late reader spoils arrivals that are timed at the reads, and those alone") {
  auto s = good();
  s.own_error.read_lag_ms = with(0, 1.5);  // the limit is 5 % of 20 ms
  CHECK(reasons(s).empty());
  s.read_timed_share = 0.02;
  CHECK(has(reasons(s), "p99 1.5 ms, more than 1 ms, which is 5 % of the event gap p50"));
  s.own_error.read_lag_ms = with(0, 1);
  CHECK(reasons(s).empty());
  s.own_error.read_lag_ms = with(0, 1.5);
  distribution_of(s, "event_gap_ms").reset();
  CHECK(reasons(s).empty());
}

TEST_CASE("where the read lag is not known the loop lag stands for it") {
  auto s = good();
  s.read_timed_share = 1;
  s.own_error.loop_lag_ms = with(0, 2);
  CHECK(reasons(s).empty());
  s.own_error.read_lag_ms.reset();
  CHECK(has(reasons(s), "p99 2 ms"));
  s.own_error.loop_lag_ms.reset();
  CHECK(reasons(s).empty());
}

TEST_CASE("one answer in a hundred that is timed by a read does not put a stage under the rule for reads") {
  auto s = good();
  s.time_source = TimeSource::mixed;
  s.own_error.read_lag_ms = with(0, 50);
  s.read_timed_share = 0.01;
  CHECK(reasons(s).empty());
  s.read_timed_share = 0.011;
  CHECK(has(reasons(s), "timed at our own reads"));
}

TEST_CASE("a TTFT that is uncertain by more than 1 ms and 1 % is not valid, at the p50 or the p99") {
  auto s = good();  // 500 and 900 ms
  distribution_of(s, "ttft_ms")->uncertainty_p50 = 5;
  distribution_of(s, "ttft_ms")->uncertainty_p99 = 9;
  CHECK(reasons(s).empty());
  distribution_of(s, "ttft_ms")->uncertainty_p50 = 5.1;
  CHECK(has(reasons(s), "TTFT p50 is 500 ms, or up to 5.1 ms less, more than 5 ms"));
  distribution_of(s, "ttft_ms")->uncertainty_p50 = 5;
  distribution_of(s, "ttft_ms")->uncertainty_p99 = 9.1;
  CHECK(has(reasons(s), "TTFT p99 is 900 ms, or up to 9.1 ms less, more than 9 ms"));
  distribution_of(s, "ttft_ms")->p99 = distribution_of(s, "ttft_ms")->p50 = 20;
  distribution_of(s, "ttft_ms")->uncertainty_p50 = distribution_of(s, "ttft_ms")->uncertainty_p99 =
      1;  // 5 %, but a millisecond
  CHECK(reasons(s).empty());
  distribution_of(s, "ttft_ms")->uncertainty_p50.reset();
  distribution_of(s, "ttft_ms")->uncertainty_p99.reset();
  CHECK(reasons(s).empty());
}

TEST_CASE("first tokens that came together with later ones are valid where nothing about them is uncertain") {
  auto s = good();
  number_of(s, "first_token_merged_share") = number_of(s, "together_share") = 1;
  distribution_of(s, "ttft_ms")->uncertainty_p50 = distribution_of(s, "ttft_ms")->uncertainty_p99 = 0;
  CHECK(reasons(s).empty());
}

TEST_CASE("a loop that stood still once for long, or for a hundredth of the time, is not valid") {
  auto s = good();
  s.own_error.loop_lag_ms = with(0, 20);
  s.own_error.loop_lag_ms->max = 200;
  CHECK(reasons(s).empty());
  s.own_error.loop_lag_ms->max = 290;
  CHECK(has(reasons(s), "a shard's loop stood still for 290 ms, more than 200 ms"));
  s.own_error.loop_lag_ms = with(0, 20.5);
  CHECK(has(reasons(s), "loop lag p99 is 20.5 ms, more than 20 ms"));
}

TEST_CASE("a reason has what was found and what may be") {
  auto s = good();
  s.own_error.dispatch_lag_ms = with(0, 5.01);
  judge(s, {});
  REQUIRE(s.invalid_reasons.size() == 1);
  CHECK(s.invalid_reasons[0].code == "sent_late");
  CHECK(s.invalid_reasons[0].value == 5.01);
  CHECK(s.invalid_reasons[0].limit == 5);
}

/// The only reason of a stage.
InvalidReason reason_of(Summary s) {
  judge(s, {});
  REQUIRE(s.invalid_reasons.size() == 1);
  return s.invalid_reasons[0];
}

TEST_CASE(
    "a dispatch lag touches times from the due time, above the percentile up to which it is in its limit") {
  auto s = good();
  s.own_error.dispatch_lag_ms = with(0, 50);
  s.own_error.dispatch_lag_ms->p95 = 5.01;
  const InvalidReason late = reason_of(s);
  CHECK(late.spares_up_to == 0.9);
  CHECK_FALSE(late.touches("e2e_ms", 0.9));
  CHECK(late.touches("e2e_ms", 0.95));
  CHECK(late.touches("e2e_ms"));
  CHECK(late.touches("goodput"));
  CHECK_FALSE(late.touches("service_e2e_ms"));
  CHECK_FALSE(late.touches("usage_ratio"));
  CHECK(late.touches("a_number_of_a_later_version"));
  CHECK_FALSE(late.touches("merged_share"));
  s.own_error.dispatch_lag_ms->p50 = s.own_error.dispatch_lag_ms->p90 = s.own_error.dispatch_lag_ms->p95 = 6;
  CHECK(reason_of(s).touches("ttft_ms", 0.5));
}

TEST_CASE("a loop that stood still once touches no p95, and every maximum") {
  auto s = good();
  s.own_error.loop_lag_ms = with(0.1, 20);
  s.own_error.loop_lag_ms->max = 201;
  const InvalidReason stopped = reason_of(s);
  CHECK(stopped.code == "loop_stopped");
  CHECK_FALSE(stopped.touches("tpot_ms", 0.99));
  CHECK(stopped.touches("tpot_ms", 0.999));
  CHECK(stopped.touches("requests_per_second"));
  s.own_error.loop_lag_ms = with(0.1, 21);
  CHECK(reason_of(s).code == "loop_late");
  CHECK_FALSE(reason_of(s).touches("e2e_ms", 0.95));
  CHECK(reason_of(s).touches("e2e_ms", 0.99));
}

TEST_CASE("arrivals that are not known touch first tokens alone, and where the p99 is not known no p50") {
  auto s = good();
  distribution_of(s, "ttft_ms")->uncertainty_p99 = 10;
  const InvalidReason uncertain = reason_of(s);
  CHECK_FALSE(uncertain.touches("ttft_ms", 0.5));
  CHECK(uncertain.touches("ttft_ms", 0.95));
  CHECK_FALSE(uncertain.touches("e2e_ms", 0.95));
  distribution_of(s, "ttft_ms")->uncertainty_p50 = 6;
  CHECK(reason_of(s).touches("ttft_ms", 0.5));
}

TEST_CASE("late reads touch what ends with an arrival, what is not known here touches everything") {
  const InvalidReason late{"read_late", {}, {}, ""}, other{"all_failed", {}, {}, ""},
      lost{"output_lost", {}, {}, ""};
  CHECK(late.touches("event_gap_ms", 0.5));
  CHECK_FALSE(late.touches("tls_ms"));
  CHECK_FALSE(late.touches("requests_per_second"));
  CHECK(other.touches("tls_ms", 0));
  CHECK(other.touches("requests_per_second"));
  CHECK_FALSE(lost.touches("e2e_ms"));
  CHECK_FALSE(lost.touches("goodput"));
  CHECK_FALSE(lost.touches("a_number_of_a_later_version"));
}

TEST_CASE("each fault has its reason") {
  auto s = good();
  s.own_error.dispatch_lag_ms = with(0, 50);
  s.own_error.busy_shares = {1};
  s.read_timed_share = 1;
  s.own_error.read_lag_ms = with(0, 50);
  s.own_error.loop_lag_ms = with(0, 21);
  distribution_of(s, "ttft_ms")->uncertainty_p50 = 6;
  s.ok = 0;
  judge(s, {});
  std::string codes;
  for (const InvalidReason& reason : s.invalid_reasons) codes += reason.code + ' ';
  CHECK(codes == "all_failed sent_late client_busy read_late loop_late arrivals_uncertain ");
}

TEST_CASE("a run is not valid where a stage is not, with the stage's reasons at its name") {
  RunResult result;
  auto s = good();
  judge(s, {});
  conclude(s, result);
  CHECK(result.valid);
  CHECK(result.ended_early.empty());
  s.valid = false;
  s.invalid_reasons = {{"first", 2, 1, "one"}, {"second", {}, {}, "two"}};
  conclude(s, result);
  s = good();
  judge(s, {});
  conclude(s, result);
  CHECK_FALSE(result.valid);
  CHECK(result.invalid_reasons == std::vector<InvalidReason>{{"first", 2, 1, "at 4 concurrent: one"},
                                                             {"second", {}, {}, "at 4 concurrent: two"}});
}

TEST_CASE("a run that was stopped before it sent anything is not valid") {
  RunResult result;
  result.stages.emplace_back().interrupted = true;
  conclude(result);
  CHECK(result.valid);
  result.interrupted = true;
  conclude(result);
  CHECK_FALSE(result.valid);
  REQUIRE(result.invalid_reasons.size() == 1);
  CHECK(result.invalid_reasons[0].code == "not_begun");
  RunResult begun;
  begun.interrupted = true;
  begun.stages = {good()};
  conclude(begun);
  CHECK(begun.valid);
}

TEST_CASE("a stage that is a dead end ends the run") {
  RunResult result;
  auto s = good();
  s.dead_end = true;
  s.commonest_reason = "HTTP 401";
  conclude(s, result);
  CHECK(result.ended_early == "every request failed (HTTP 401) as it would at any load");
  RunResult later;
  later.stages = {good()};
  later.stages[0].ok = 1;
  conclude(s, later);
  CHECK(later.ended_early.empty());
}

TEST_CASE("a stage that had too many errors has not met its limit") {
  RunResult result;
  auto s = good();
  s.begun = 8;
  s.failed = 2;
  s.too_many_errors = true;
  s.max_error_rate = 0.1;
  conclude(s, result);
  REQUIRE(result.limits_not_met.size() == 1);
  CHECK(result.limits_not_met[0] ==
        InvalidReason{"max_error_rate", 0.25, 0.1,
                      "at 4 concurrent: more requests failed than the plan allows"});
  CHECK(result.status() == RunStatus::limit_not_met);
}

TEST_CASE("what a run is to fail for is looked for at each stage that it speaks of") {
  RunResult result;
  result.stages = {good(), good()};
  result.stages[0].stage = {ClosedLoop{4}, 4};
  result.stages[1].stage = {ClosedLoop{8}, 4};
  result.stages[0].failed = 1;
  result.stages[1].failed = 2;
  const auto found = [&result](std::initializer_list<const char*> texts) {
    std::vector<Condition> conditions;
    for (const char* text : texts) conditions.push_back(parse_condition(text));
    result.limits_not_met.clear();
    metrics::judge_limits(conditions, result);
    return result.limits_not_met;
  };
  CHECK(found({"failed > 2"}).empty());
  CHECK(found({"failed > 1 at 4"}).empty());
  CHECK(found({"failed > 0"}).size() == 2);
  CHECK(found({"failed > 0", "failed > 1"}).size() == 3);
  CHECK(found({"failed > 1"}) ==
        std::vector<InvalidReason>{
            {"fail_if", 2, 1, "at 8 concurrent: failed is 2, and the run is to fail if failed > 1"}});
  CHECK(found({"ttfo_ms.p95 > 1 at 4"}) ==
        std::vector<InvalidReason>{
            {"fail_if",
             {},
             1,
             "at 4 concurrent: ttfo_ms.p95 has no value, and the run is to fail if ttfo_ms.p95 > 1 at 4"}});
}

}  // namespace verdict_test
