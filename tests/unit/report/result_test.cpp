#include "llmload/result.hpp"

#include <sstream>
#include <string>

#include "support/catch.hpp"
#include "unit/report/sample_summary.hpp"

namespace result_test {

using namespace llmload;
using report_test::distribution_of;
using report_test::full_summary;
using report_test::open_summary;

template <class Value>
std::string printed(const Value& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

/// What a failed Catch check shows.
template <class Value>
std::string shown(const Value& value) {
  return Catch::Detail::stringify(value);
}

RunResult good() {
  RunResult result;
  result.stages = {full_summary()};
  return result;
}

TEST_CASE("a run without a fault is ok") {
  CHECK(good().ok());
  CHECK(good().status() == RunStatus::done);
  CHECK(good().reasons().empty());
}

TEST_CASE("the status is the first that holds of interrupted, lost, invalid and beyond a limit") {
  RunResult result = good();
  result.limits_not_met = {{"max_error_rate", 0.25, 0.01, "at 64 concurrent: many"}};
  CHECK(result.status() == RunStatus::limit_not_met);
  result.valid = false;
  result.invalid_reasons = {{"sent_late", 7, 1, "at 64 concurrent: late"}};
  CHECK(result.status() == RunStatus::invalid);
  result.errors = {{"m.csv", "write failed"}};
  CHECK(result.status() == RunStatus::outputs_lost);
  result.interrupted = true;
  CHECK(result.status() == RunStatus::interrupted);
  CHECK_FALSE(result.ok());
  const auto reasons = result.reasons();
  REQUIRE(reasons.size() == 4);
  CHECK(reasons[0].code == "interrupted");
  CHECK(reasons[1] == InvalidReason{"output_lost", {}, {}, "m.csv: write failed"});
  CHECK(reasons[2] == result.invalid_reasons[0]);
  CHECK(reasons[3] == result.limits_not_met[0]);
}

TEST_CASE("enumerators print as words") {
  CHECK(shown(Outcome::rate_limited) == "rate_limited");
  CHECK(shown(TimeSource::mixed) == "mixed");
  CHECK(shown(Finish::unknown) == "unknown");
  CHECK(shown(TextKind::tool) == "tool");
  CHECK(shown(RunStatus::limit_not_met) == "limit_not_met");
}

TEST_CASE("results print in a line, each reason in its own") {
  CHECK(
      printed(Distribution{62, 280, 30.25, 208.456, 350.1, 277.468, 330.5, 340, 348.351, 349.9}) ==
      "62 samples: mean 280, sd 30.25, min 208.46, p50 277.47, p90 330.5, p95 340, p99 348.35, p99.9 349.9, "
      "max 350.1");
  CHECK(printed(full_summary()) == "64 concurrent: 62 of 64 ok, E2E p50 277.47 ms, p99 348.35 ms");
  CHECK(
      printed(open_summary()) ==
      "12.5 requests/s: 62 of 64 ok, E2E p50 277.47 ms, p99 348.35 ms, TTFT p50 51.23 ms, p99 55.13 ms; not "
      "valid: sent_late");
  const InvalidReason late{"sent_late", 7, 1, "too late"};
  CHECK(printed(late) == "sent_late (7, limit 1): too late");
  CHECK(printed(InvalidReason{"all_failed", {}, {}, "none"}) == "all_failed: none");
  CHECK(shown(LostOutput{"m.csv", "write failed", 2}) == "m.csv: write failed; 2 more of its calls failed");
  RequestRecord record;
  record.index = 3;
  CHECK(printed(record) == "request 3: cancelled");
  record.http_status = 429;
  record.outcome = Outcome::rate_limited;
  CHECK(printed(record) == "request 3: rate_limited, HTTP 429");
  RunResult result = good();
  CHECK(printed(result) == "done, 1 stage");
  result.valid = false;
  result.invalid_reasons = {late};
  CHECK(printed(result) == "invalid, 1 stage\nsent_late (7, limit 1): too late");
}

TEST_CASE("results are equal where all their numbers are") {
  CHECK(full_summary() == full_summary());
  CHECK(good() == good());
  auto other = full_summary();
  distribution_of(other, "e2e_ms")->p999 += 1;
  CHECK(other != full_summary());
  other = full_summary();
  other.stage.duration = std::chrono::seconds{1};
  CHECK(other != full_summary());
  const LostOutput lost{"m.csv", "write failed", 1};
  LostOutput same = lost;
  same.exception = std::make_exception_ptr(1);
  CHECK(same == lost);
  CHECK(lost != LostOutput{"m.csv", "write failed", 2});
}

}  // namespace result_test
