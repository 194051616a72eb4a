#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "llmload/metrics.hpp"
#include "metrics/stage_fold.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"
#include "unit/text/checks.hpp"

namespace summarize_test {

using namespace llmload;
using namespace std::chrono_literals;
using namespace llmload::metrics;
using namespace llmload::metrics_test;

/// Three answers of two tokens, at 100, 200 and 300 ms, and a failure.
std::vector<RequestRecord> four_records() {
  std::vector<RequestRecord> records;
  for (const std::int64_t done : {100, 200, 300})
    records.push_back(streamed(done, {event(50, 1), event(done - 10, 1)}));
  RequestRecord failed;
  failed.outcome = Outcome::rate_limited;
  failed.shard = 2;
  failed.dispatched = 0ns;
  records.push_back(failed);
  return records;
}

TEST_CASE("records that were made by hand have a summary, without a run") {
  const Summary s = summarize(four_records(), {.tokenizer = true, .stream = true});
  CHECK(s.begun == 4);
  CHECK(s.ok == 3);
  CHECK(s.failed == 1);
  CHECK(s.by_outcome[static_cast<std::size_t>(Outcome::rate_limited)] == 1);
  CHECK(s.by_shard == std::vector<std::uint64_t>{3, 0, 1});
  REQUIRE(s.e2e_ms());
  CHECK(s.e2e_ms()->p50 == 200);
  CHECK(s.ttft_ms()->max == 50);
  CHECK(s.output_tokens == 6U);
  CHECK(s.requests_per_second == 10.0);  // 3 in 0.3 s
  CHECK(s.valid);
}

TEST_CASE("a summary of records is the one that a run folds of them") {
  const auto records = four_records();
  Plan plan;
  plan.threshold_tps = 15;
  plan.goodput.emplace().e2e_ms = 250;
  const Stage stage{ClosedLoop{3}, 4};
  StageFold fold(summary_settings(plan), stage, 3);
  for (const RequestRecord& record : records) fold.add(record);
  const Summary whole = fold.summarize({}), s = summarize(records, summary_settings(plan), stage);
  CHECK(s.stage.concurrency() == 3U);
  CHECK(s.good_share == whole.good_share);
  CHECK(s.good_share == 0.5);
  CHECK(s.e2e_ms()->sd == whole.e2e_ms()->sd);
  CHECK(s.event_gap_ms()->p99 == whole.event_gap_ms()->p99);
  CHECK(s.notes == whole.notes);
}

TEST_CASE("no record gives a summary of nothing") {
  const Summary s = summarize({});
  CHECK(s.begun == 0);
  CHECK_FALSE(s.e2e_ms());
}

TEST_CASE("a record that can't be is refused, by its number") {
  const auto refusal = [](auto change) {
    auto records = four_records();
    change(records[1]);
    return error_of<InputError>([&] { (void)summarize(records); });
  };
  CHECK(has(refusal([](RequestRecord& r) { r.done.reset(); }), "record 1: an ok request without"));
  CHECK(has(refusal([](RequestRecord& r) { r.model = 1; }), "record 1: its model is none of the settings'"));
  CHECK(has(refusal([](RequestRecord& r) { r.scheduled = 201 * ms; }), "due behind its end"));
  CHECK(has(refusal([](RequestRecord& r) { r.events[1].at = 1ns; }), "a time goes back"));
  CHECK(has(refusal([](RequestRecord& r) { r.bounds = {{2, 1, 0ns}}; }), "/bounds: a number"));
  CHECK(has(refusal([](RequestRecord& r) { r.bounds = {{0, 1, 51 * ms}}; }), "/bounds: a time"));
  CHECK(has(refusal([](RequestRecord& r) { r.admitted = std::chrono::nanoseconds::min(); }),
            "a stamp is out of its range"));
  CHECK(has(refusal([](RequestRecord& r) { r.shard = 1U << 31; }), "shard"));
}

}  // namespace summarize_test
