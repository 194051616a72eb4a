#include "llmload/calibration.hpp"
#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace calibration_sink_test {

using namespace llmload;

constexpr std::chrono::nanoseconds ms = std::chrono::milliseconds(1);

/// A stream of three tokens in three events.
RequestRecord streamed(const std::string& id, std::vector<TokenEvent> events) {
  RequestRecord r;
  r.request_id = id;
  r.outcome = Outcome::ok;
  r.sent = 10 * ms;
  r.first_token = events.front().at;
  r.done = 100 * ms;
  r.events = std::move(events);
  return r;
}

struct Fixture {
  tokenize::TemporaryDirectory folder;
  CalibrationSink sink;

  void end_stage() {
    Summary summary;
    summary.started_at = decltype(summary.started_at)(1'000 * ms);
    sink.on_stage(summary);
  }
  std::vector<StageErrors> compare(const std::string& truth) {
    return sink.compare(folder.write("truth.jsonl", truth));
  }
};

const std::string truth_of_a =
    R"({"id":"a","received":1011000000,"events":[[1020000000,0],[1050000000,1,1049500000],)"
    R"([1070000000,1,1070000000],[1090000000,1,1090000000]],"done":1099000000})"
    "\n";

TEST_CASE("stamps are compared one by one with those of the endpoint") {
  Fixture f;
  f.sink.on_record(streamed("a", {{52 * ms}, {71 * ms}, {95 * ms}}));
  f.end_stage();
  const StageErrors e = f.compare(truth_of_a).front();
  CHECK(e.compared == 1);
  CHECK(e.missing == 0);
  CHECK(e.sent->max == Approx(1));
  CHECK(e.first_token->max == Approx(2));
  CHECK(e.event_gap->count == 2);
  CHECK(e.event_gap->max == Approx(4));  // 24 ms where 20 were sent; the other is 1 off
  CHECK(e.tpot->max == Approx(1.5));     // 43 ms / 2 where 40 / 2 were sent
  CHECK(e.e2e->max == Approx(1));
  CHECK(e.endpoint_lateness->count == 3);
  CHECK(e.endpoint_lateness->max == Approx(0.5));
}

TEST_CASE("a gap with a merged end is not known, and not compared") {
  Fixture f;
  f.sink.on_record(streamed("a", {{50 * ms}, {90 * ms}, {90 * ms, 0, 0, TextKind::content, true}}));
  f.end_stage();
  const StageErrors e = f.compare(truth_of_a).front();
  CHECK_FALSE(e.event_gap);
  CHECK(e.first_token);
}

TEST_CASE(
    "an answer that the endpoint does not know is missing, one that failed or is not measured is no answer") {
  Fixture f;
  f.sink.on_record(streamed("b", {{50 * ms}}));
  RequestRecord failed = streamed("a", {{50 * ms}});
  failed.outcome = Outcome::incomplete;
  f.sink.on_record(failed);
  RequestRecord outside = streamed("a", {{50 * ms}});
  outside.measured = false;
  f.sink.on_record(outside);
  f.end_stage();
  const StageErrors e = f.compare(truth_of_a).front();
  CHECK(e.compared == 1);
  CHECK(e.missing == 1);
  CHECK_FALSE(e.first_token);
}

TEST_CASE("whole answers have their sent times and their ends") {
  Fixture f;
  RequestRecord whole = streamed("w", {{50 * ms}});
  whole.events.clear();
  f.sink.on_record(whole);
  f.end_stage();
  const StageErrors e = f.compare(R"({"id":"w","received":1010000000,"events":[],"done":1100500000})"
                                  "\n")
                            .front();
  CHECK(e.sent->max == 0);
  CHECK(e.e2e->max == Approx(0.5));
  CHECK_FALSE(e.first_token);
  CHECK_FALSE(e.endpoint_lateness);
}

TEST_CASE("each stage has its own errors, from its own start") {
  Fixture f;
  f.sink.on_record(streamed("a", {{50 * ms}, {70 * ms}, {90 * ms}}));
  f.end_stage();
  f.end_stage();
  const auto all = f.compare(truth_of_a);
  REQUIRE(all.size() == 2);
  CHECK(all[0].first_token->max == 0);
  CHECK(all[1].compared == 0);
}

TEST_CASE("what a stage takes is the p99 in whole nanoseconds") {
  StageErrors errors;
  errors.first_token = ErrorSpread{3, 0, 0.00812345678, 1};
  errors.e2e = ErrorSpread{3, 0, 2, 3};
  const OwnErrorP99 own = own_error_p99(errors);
  CHECK(own.ttft_ms == 0.008123);
  CHECK(own.e2e_ms == 2.0);
  CHECK_FALSE(own.tpot_ms);
  CHECK_FALSE(own.event_gap_ms);
}

TEST_CASE("a truth file that is none is refused with its line") {
  Fixture f;
  const auto refusal = [&f](const std::string& text) {
    return error_of<InputError>([&] { (void)f.compare(text); });
  };
  CHECK(has(refusal(truth_of_a + "{\n"), "line 2"));
  CHECK(has(refusal("{\"id\":\"a\",\"received\":1,\"events\":[]}\n"), "/done: is missing"));
  CHECK(has(refusal("{\"id\":\"a\",\"received\":1,\"events\":[[1]],\"done\":1}\n"), "/events"));
  CHECK_THROWS_AS(f.sink.compare("/no/such/file"), InputError);
}

}  // namespace calibration_sink_test
