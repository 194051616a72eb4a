#include "llmload/replay.hpp"

#include <array>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "llmload/report.hpp"
#include "llmload/version.hpp"
#include "metrics/stage_fold.hpp"
#include "metrics/verdict/verdict.hpp"
#include "support/catch.hpp"
#include "support/stages.hpp"
#include "text/read_file.hpp"
#include "unit/report/sample_records.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace replay_test {

using namespace llmload;
using namespace std::chrono_literals;
using report_test::answered;
using Time = std::chrono::steady_clock::time_point;

/// Keeps the calls, and the text of the table.
struct Seen : Sink {
  void on_start(const RunHeader& h) override { header = h; }
  void on_stage_begin(const StageBegin& begin) override { begins.push_back(begin); }
  void on_record(const RequestRecord& record) override { indices.push_back(record.index); }
  void on_stage(const Summary& summary) override { stages.push_back(summary); }
  void on_end(const RunResult& r) override { ends.push_back(r); }
  RunHeader header;
  std::vector<StageBegin> begins;
  std::vector<std::uint64_t> indices;
  std::vector<Summary> stages;
  std::vector<RunResult> ends;
};

Plan plan() {
  Plan p;
  p.endpoints = {parse_endpoint("https://host/v1/completions")};
  p.stages = {{ClosedLoop{1}, 3}, {ClosedLoop{4}, 40}, {ClosedLoop{8}, {}, std::chrono::seconds{9}}};
  p.cores = 3;
  p.stream = true;
  p.connection = Connection::per_request;
  p.prompts_description = "some prompts";
  p.threshold_tps = 7.3;
  p.count_bos = true;
  p.tokens_from = TokensFrom::usage;
  p.goodput = Goodput{200, {}, 1000.5};
  p.tokenizer_description = "some tokenizer";
  p.tokenizer_sha256 = "ab12";
  p.parameters_json = R"({"MAX_NEW_TOKEN":77})";
  p.warnings = {"careful"};
  return p;
}

/// What the sinks of a whole run get: three stages, some requests of which fail.
std::string whole_file(const tokenize::TemporaryDirectory& folder) {
  const std::string path = (folder.path() / "whole.jsonl").string();
  const Plan p = plan();
  RecordsSink sink(path);
  sink.on_start(header_of(p));
  RunResult result;
  const std::array<std::uint64_t, 3> requests = {3, 40, 25};
  for (std::size_t stage = 0; stage < requests.size(); ++stage) {
    metrics::StageFold fold(metrics::summary_settings(p), p.stages[stage], p.cores);
    for (std::uint64_t i = 0; i < requests.at(stage); ++i) {
      RequestRecord r = answered(requests.at(stage) - i, 100 + static_cast<std::int64_t>(7 * i), 70 + i);
      r.shard = static_cast<unsigned>(i % 3);
      if (i % 5 == 4) {
        r.outcome = Outcome::rate_limited;
        r.error = "HTTP 429: slow down";
      }
      fold.add(r);
      sink.on_record(r);
    }
    metrics::StageEnd end;
    end.started_at = Time(1'000ns + stage * 1ns);
    end.interrupted = stage == 2;
    end.planned = p.stages[stage].requests.value_or(0);
    end.read_lag = Distribution{7, 20'001, 3, 1, 99'999, 20'000, 40'000, 50'000, 60'000, 70'000};
    end.cpu_shares = {123'456, 1, 0};
    Summary summary = fold.summarize(end);
    summary.notes.emplace_back("a note of the run's own");
    sink.on_stage(summary);
    metrics::conclude(summary, result);
    result.stages.push_back(summary);
  }
  result.interrupted = true;
  result.ended_early = "it was enough";
  result.errors = {{"", "the CSV is lost"}};
  sink.on_end(result);
  return text::read_file(path);
}

struct Fixture {
  tokenize::TemporaryDirectory folder;
  std::string whole = whole_file(folder);

  /// Replays `text` as a file.
  ReplayResult replay(const std::string& text, Sink& sink) const {
    return replay_records(folder.write("r.jsonl", text), sink);
  }
  /// The message with which `text` is refused; "" where it is not.
  [[nodiscard]] std::string refusal(const std::string& text) const {
    Seen seen;
    return error_of<InputError>([&] { replay(text, seen); });
  }
  /// The whole file with the first `from`, which must be in it, replaced by `to`.
  [[nodiscard]] std::string changed(const std::string& from, const std::string& to) const {
    const auto at = whole.find(from);
    REQUIRE(at != std::string::npos);
    return std::string(whole).replace(at, from.size(), to);
  }
  /// The place behind the first `lines` lines.
  [[nodiscard]] std::size_t behind(std::size_t lines) const {
    std::size_t at = 0;
    for (; lines > 0; --lines) at = whole.find('\n', at) + 1;
    return at;
  }
};

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST_CASE_METHOD(Fixture, "a whole file gives back its run") {
  Seen seen;
  const auto [result, missing] = replay(whole, seen);
  CHECK(missing.empty());
  CHECK(result.interrupted);
  CHECK_FALSE(result.valid);
  REQUIRE(result.invalid_reasons.size() == 1);
  CHECK(has(result.invalid_reasons[0].text,
            "at 8 concurrent: 25 requests were begun or dropped, and 0 are accounted for"));
  CHECK(result.ended_early == "it was enough");
  CHECK(result.errors == std::vector<LostOutput>{{"", "the CSV is lost"}});
  REQUIRE(result.stages.size() == 3);
  const Summary& s = result.stages[1];
  CHECK(s.stage.concurrency() == 4U);
  CHECK(s.begun == 40);
  CHECK(s.ok == 32);
  CHECK(s.by_shard == std::vector<std::uint64_t>{14, 13, 13});
  CHECK(s.started_at == Time(1'001ns));
  CHECK(s.notes.back() == "a note of the run's own");
  CHECK_FALSE(s.interrupted);
  CHECK(result.stages[2].interrupted);

  CHECK(seen.indices.size() == 68);
  CHECK(seen.indices[0] == 3);  // in the file's order
  CHECK(seen.stages.size() == 3);
  REQUIRE(seen.ends.size() == 1);
  CHECK(seen.ends[0].stages.size() == 3);
}

TEST_CASE_METHOD(Fixture, "sinks get what of the plan they show") {
  Seen seen;
  replay(whole, seen);
  const Plan p = plan();
  const RunHeader& header = seen.header;
  CHECK(header.version == version());
  CHECK(header.dialect == "completions");
  CHECK(header.stages.size() == 3);
  CHECK(header.stages[2].duration == p.stages[2].duration);
  CHECK_FALSE(header.stages[2].requests);
  CHECK(header.cores == 3);
  CHECK(header.settings.stream);
  CHECK(header.settings.own_connections);
  CHECK(header.prompts_description == "some prompts");
  CHECK(header.settings.threshold_tps == 7.3);
  CHECK(header.settings.count_bos);
  CHECK(header.settings.tokens_from == TokensFrom::usage);
  CHECK(header.record_text);
  REQUIRE(header.settings.goodput);
  CHECK(header.settings.goodput->ttft_ms == 200.0);
  CHECK_FALSE(header.settings.goodput->tpot_ms);
  CHECK(header.settings.goodput->e2e_ms == 1000.5);
  CHECK_FALSE(header.settings.tokenizer);
  CHECK(header.tokenizer_description == p.tokenizer_description);
  CHECK(header.tokenizer_sha256 == "ab12");
  CHECK(header.parameters_json == p.parameters_json);
  CHECK(header.warnings == p.warnings);
}

TEST_CASE_METHOD(Fixture, "records that are replayed into records are the same file") {
  const std::string again = (folder.path() / "again.jsonl").string();
  RecordsSink sink(again);
  replay(whole, sink);
  CHECK(text::read_file(again) == whole);
}

TEST_CASE_METHOD(Fixture, "a replay goes on when its sink throws") {
  struct Broken : Seen {
    void on_record(const RequestRecord& /*record*/) override { throw std::runtime_error("row lost"); }
    void on_stage(const Summary& /*summary*/) override { throw 1; }
  } broken;
  const auto [result, missing] = replay(whole, broken);
  REQUIRE(result.errors.size() == 2);
  CHECK(result.errors[0].text() == "the CSV is lost");
  CHECK(has(result.errors[1].text(), "Broken: row lost; "));
  CHECK(has(result.errors[1].text(), " more of its calls failed"));
  CHECK(result.stages.size() == 3);
  CHECK(broken.ends.size() == 1);
}

TEST_CASE_METHOD(Fixture, "a file that ends within a stage says so, and reports what is there") {
  // Header, 3 requests and their stage, 37 requests of 40, and a half one.
  Seen seen;
  const auto [result, missing] = replay(whole.substr(0, behind(42) + 50), seen);
  REQUIRE(result.stages.size() == 2);
  const Summary& torn = result.stages[1];
  CHECK(torn.begun == 37);
  CHECK(torn.planned == 37);
  CHECK(torn.not_started == 0);
  CHECK(torn.interrupted);
  CHECK(torn.started_at == Time(0ns));
  const std::string there = "the file ends within this stage: 37 of 40 planned requests are in it";
  CHECK(torn.notes.back() == there);
  CHECK(result.interrupted);
  CHECK(missing == std::vector<std::string>{"line 43 is cut off and left out",
                                            "stage 2, 4 concurrent: " + there,
                                            "the line that ends the run; 1 of 3 stages are whole"});
  CHECK_FALSE(result.stages[0].interrupted);
  CHECK(seen.indices.size() == 40);
}

TEST_CASE_METHOD(Fixture, "a stage that is limited by time has no number of planned requests") {
  Seen seen;
  const auto result = replay(whole.substr(0, behind(50)), seen);
  CHECK(has(result.missing.at(0), "within this stage: 4 requests are in it"));
}

TEST_CASE_METHOD(Fixture, "a file that ends between two stages has whole stages alone") {
  Seen seen;
  const auto [result, missing] = replay(whole.substr(0, behind(5)), seen);
  REQUIRE(result.stages.size() == 1);
  CHECK_FALSE(result.stages[0].interrupted);
  CHECK(result.interrupted);  // and so the outputs say that it is a part of a run
  CHECK_FALSE(result.complete);
  CHECK(missing == std::vector<std::string>{"the line that ends the run; 1 of 3 stages are whole"});
}

TEST_CASE_METHOD(Fixture, "wherever a file is cut, what is said of it is true") {
  std::mt19937 random(12);
  std::uniform_int_distribution<std::size_t> place(0, whole.size() - 1);
  for (int n = 0; n < 100; ++n) {
    const std::string cut = whole.substr(0, place(random));
    INFO("cut after " << cut.size() << " bytes");
    const std::string lines = cut.substr(0, cut.rfind('\n') + 1);  // npos + 1 is 0
    Seen seen;
    if (lines.empty()) {
      CHECK(has(refusal(cut), "line 1"));
      continue;
    }
    const auto [result, missing] = replay(cut, seen);
    CHECK_FALSE(missing.empty());
    CHECK((lines.size() == cut.size()) == !has(missing.front(), "is cut off"));
    std::size_t stages = 0;
    for (const char* stage : {"0", "1", "2"}) {
      const auto begun = count_of(lines, R"({"type":"request","stage":)" + std::string(stage) + ",");
      if (begun == 0) break;
      REQUIRE(result.stages.size() > stages);
      const Summary& s = result.stages[stages++];
      CHECK(s.begun == begun);
      CHECK(s.by_outcome[static_cast<std::size_t>(Outcome::rate_limited)] == begun / 5);
      const bool whole_stage = has(lines, R"({"type":"stage","stage":)" + std::string(stage) + ",");
      CHECK(whole_stage == !has(s.notes.back(), "the file ends within this stage"));
      if (!whole_stage) CHECK((s.interrupted && result.interrupted && s.planned == begun));
    }
    CHECK(result.stages.size() == stages);
    CHECK(seen.indices.size() == count_of(lines, R"({"type":"request")"));
    CHECK(seen.ends.size() == 1);
  }
}

TEST_CASE_METHOD(Fixture, "what is no records file is refused") {
  CHECK(has(refusal(""), "r.jsonl: line 1: "));
  CHECK(has(refusal("{\"type\":\"head"), "line 1: ends within its first line"));
  CHECK(has(refusal("Number,of\n1,2\n"), "line 1: is no JSON object"));
  CHECK(has(refusal("[1]\n"), "line 1: is no JSON object"));
  CHECK(has(refusal("version https://git-lfs.github.com/spec/v1\n"), "line 1: is a Git LFS pointer"));
  CHECK(has(refusal("<!doctype html><html></html>"), "line 1: is an HTML page"));
  CHECK(has(refusal("{\"type\":\"\\ud83d\"}\n"),
            "line 1: is no JSON object: invalid JSON at column 10: half of a"));
  CHECK(has(refusal("{\"a\":1}\n"), "line 1: /type: is missing"));
  CHECK(has(refusal(whole.substr(behind(1))), "line 1: the first line is no header"));
  CHECK(has(refusal(changed(R"("connection":"per-request")", R"("connection":"quic")")),
            "line 1: /connection"));
  CHECK(has(refusal(changed(R"("cores":3)", R"("cores":4000000000)")), "line 1: /plan/cores"));
  Seen seen;
  CHECK(has(error_of<InputError>([&] { (void)replay_records("/nowhere/r", seen); }),
            "/nowhere/r: can't be read"));
  CHECK_THROWS_AS(replay_records(folder.path().string(), seen), InputError);
}

TEST_CASE_METHOD(Fixture, "a line that is broken, unknown or out of place is refused with its number") {
  CHECK(has(refusal(changed(R"("shard":1,)", R"("shard":1)")), "line 3: is no JSON object"));
  CHECK(has(refusal(changed(R"("shard":1,)", R"("shard":3,)")), "line 3: /shard"));
  CHECK(has(refusal(changed(R"({"type":"stage")", R"({"type":"warmup")")), R"(line 5: /type: "warmup")"));
  CHECK(has(refusal(changed("\n", "\n\n")), "line 2: is no JSON object"));
  CHECK(has(refusal(whole + "\n"), "a line behind the end"));
  CHECK(has(refusal(whole + "x"), "a line behind the end"));
  CHECK(has(refusal(whole.substr(0, behind(1)) + whole), "line 2: a second header"));
  CHECK(has(refusal(whole.substr(0, behind(2)) + whole.substr(behind(72))), "line 3: the run ends within"));
  // A request that was taken out, doubled, or moved to another stage.
  CHECK(
      has(refusal(whole.substr(0, behind(2)) + whole.substr(behind(3))), "line 4: the stage had 3 requests"));
  CHECK(
      has(refusal(whole.substr(0, behind(2)) + whole.substr(behind(1))), "line 6: the stage had 3 requests"));
  CHECK(has(refusal(changed(R"("stage":0)", R"("stage":1)")), "line 2: /stage: is out of order"));
}

TEST_CASE("a run with a tokenizer is replayed without it") {
  struct Letters : Tokenizer {
    [[nodiscard]] std::size_t count(std::string_view text) const override { return text.size(); }
  };
  const tokenize::TemporaryDirectory folder;
  const std::string path = (folder.path() / "r.jsonl").string();
  Plan p = plan();
  p.tokenizer = std::make_shared<Letters>();
  p.tokens_from = TokensFrom::tokenizer;
  RecordsSink sink(path);
  sink.on_start(header_of(p));
  RequestRecord r = answered(0, 1'000, 9);
  r.output_tokens = 20;
  r.prompt_tokens = 8;
  sink.on_record(r);
  Seen seen;
  const auto result = replay_records(path, seen).result;
  REQUIRE(result.stages.size() == 1);
  CHECK(result.stages[0].output_tokens == 21U);  // and a BOS
  CHECK(seen.header.settings.tokenizer);
}

/// A plan of two open stages between closed ones, and the file of its run.
Plan open_plan() {
  Plan p = plan();
  Stage capped;
  capped.requests = 7;
  capped.duration = std::chrono::seconds{9};
  capped.loop = OpenLoop{.pacer = make_constant_pacer(12.3),
                         .arrival = "gamma 0.25",
                         .rate = 12.3,
                         .concurrency = 5,
                         .when_full = WhenFull::drop,
                         .connections = 4};
  capped.warmup_requests = 2;
  capped.warmup = std::chrono::milliseconds{1'500};
  capped.cooldown = std::chrono::nanoseconds{123'456'789};
  capped.own_error = OwnErrorP99{0.1, {}, 0.3, {}};
  p.exact_output = true;
  p.stages = {capped, {OpenLoop{.pacer = make_constant_pacer(12.3)}}, {ClosedLoop{4, 1'234'567'891ns}, 1}};
  return p;
}

std::string open_file(const std::string& path) {
  const Plan p = open_plan();
  RecordsSink sink(path);
  sink.on_start(header_of(p));
  RunResult result;
  for (const Stage& stage : p.stages) {
    metrics::StageFold fold(metrics::summary_settings(p), stage, p.cores);
    for (std::uint64_t i = 0; i < 9; ++i) {
      RequestRecord r = answered(i, 1'700 + static_cast<std::int64_t>(i), 70);
      r.measured = i >= 2;
      r.scheduled = i * 1ns;
      r.admitted = (10 + i) * 1ns;
      r.sent = (1'000 + i) * 1ns;
      fold.add(r);
      sink.on_record(r);
    }
    metrics::StageEnd end;
    end.planned = 30;
    end.dropped = 21;
    end.schedule_hash = "ab12";
    // Each of its numbers in ms is no short decimal.
    end.read_lag =
        Distribution{7, 1'000'003, 7, 1, 99'999'999, 333'333'333, 9'007'199'254'740'991.0, 11, 13, 17};
    end.loop_lag = Distribution{1, 3, 0, 3, 3, 3, 3, 3, 3, 3};
    end.prepare_lag = Distribution{1, 4, 0, 4, 4, 4, 4, 4, 4, 4};
    end.turnaround = Distribution{1, 5, 0, 5, 5, 5, 5, 5, 5, 5};
    end.cpu_shares = {333'333, 1, 1'000'001};
    const Summary summary = fold.summarize(end);
    sink.on_stage(summary);
    result.stages.push_back(summary);
  }
  sink.on_end(result);
  return text::read_file(path);
}

void check_same(const std::optional<Distribution>& a, const std::optional<Distribution>& b) {
  REQUIRE(a);
  REQUIRE(b);
  CHECK(a->count == b->count);
  for (double Distribution::*number :
       {&Distribution::mean, &Distribution::sd, &Distribution::min, &Distribution::max, &Distribution::p50,
        &Distribution::p90, &Distribution::p95, &Distribution::p99, &Distribution::p999})
    CHECK((*a).*number == (*b).*number);
}

TEST_CASE("an open loop's stage comes back from the header line") {
  const tokenize::TemporaryDirectory folder;
  const std::string path = (folder.path() / "r.jsonl").string();
  open_file(path);
  Seen seen;
  (void)replay_records(path, seen);
  REQUIRE(seen.header.stages.size() == 3);
  CHECK(seen.header.settings.exact_output);
  CHECK(std::get<ClosedLoop>(seen.header.stages[2].loop) == ClosedLoop{4, 1'234'567'891ns});
  const Stage expected = open_plan().stages[0], &s = seen.header.stages[0], &uncapped = seen.header.stages[1];
  CHECK(s.requests == 7U);
  CHECK(s.duration == expected.duration);
  CHECK(s.warmup_requests == 2);
  CHECK(s.warmup == expected.warmup);
  CHECK(s.cooldown == expected.cooldown);
  OpenLoop loop = test::open_of(s);
  CHECK(loop.pacer);
  loop.pacer = test::open_of(expected).pacer;  // which is not at hand
  CHECK(loop == test::open_of(expected));
  REQUIRE(s.own_error);
  CHECK(s.own_error->e2e_ms == 0.1);
  CHECK_FALSE(s.own_error->ttft_ms);
  CHECK(s.own_error->tpot_ms == 0.3);
  CHECK_FALSE(s.own_error->event_gap_ms);
  CHECK_FALSE(uncapped.requests);
  CHECK_FALSE(uncapped.duration);
  loop = test::open_of(uncapped);
  CHECK(loop.pacer);
  loop.pacer = nullptr;
  CHECK(loop == OpenLoop{});
  CHECK_FALSE(uncapped.own_error);
}

TEST_CASE("a closed stage comes back without a pacer") {
  const Fixture fixture;
  Seen seen;
  (void)fixture.replay(fixture.whole, seen);
  for (const Stage& stage : seen.header.stages) {
    CHECK(stage.open_loop() == nullptr);
    CHECK_FALSE(stage.own_error);
  }
}

TEST_CASE("what of an open loop no record tells comes back from the stage line, to the last bit") {
  const tokenize::TemporaryDirectory folder;
  const std::string path = (folder.path() / "r.jsonl").string();
  const std::string whole = open_file(path);
  Seen seen;
  const auto result = replay_records(path, seen).result;
  REQUIRE(result.stages.size() == 3);
  const Summary& s = result.stages[0];
  CHECK(s.planned == 30);
  CHECK(s.dropped == 21);
  CHECK(s.not_started == 2);
  CHECK(s.begun == 7);
  CHECK(s.outside_window == 2);
  CHECK(s.schedule_hash == "ab12");
  CHECK(s.own_error.cpu_shares == std::vector<double>{0.333333, 0.000001, 1.000001});
  metrics::StageEnd end;
  end.read_lag =
      Distribution{7, 1'000'003, 7, 1, 99'999'999, 333'333'333, 9'007'199'254'740'991.0, 11, 13, 17};
  end.loop_lag = Distribution{1, 3, 0, 3, 3, 3, 3, 3, 3, 3};
  end.prepare_lag = Distribution{1, 4, 0, 4, 4, 4, 4, 4, 4, 4};
  end.turnaround = Distribution{1, 5, 0, 5, 5, 5, 5, 5, 5, 5};
  const OwnError own = metrics::own_error(end, {});
  check_same(s.own_error.read_lag_ms, own.read_lag_ms);
  check_same(s.own_error.loop_lag_ms, own.loop_lag_ms);
  check_same(s.own_error.prepare_lag_ms, own.prepare_lag_ms);
  check_same(s.own_error.turnaround_ms, own.turnaround_ms);
  RecordsSink again((folder.path() / "again.jsonl").string());
  (void)replay_records(path, again);
  CHECK(text::read_file((folder.path() / "again.jsonl").string()) == whole);
}

TEST_CASE("an open loop that is not known to this version is refused") {
  const tokenize::TemporaryDirectory folder;
  const std::string whole = open_file((folder.path() / "r.jsonl").string());
  const auto refusal = [&](const std::string& from, const std::string& to) {
    const auto at = whole.find(from);
    REQUIRE(at != std::string::npos);
    Seen seen;
    const auto path = folder.write("c.jsonl", std::string(whole).replace(at, from.size(), to));
    return error_of<InputError>([&] { (void)replay_records(path, seen); });
  };
  CHECK(has(refusal(R"("when_full":"drop")", R"("when_full":"wait")"), "/when_full"));
  CHECK(has(refusal(R"("read_lag_ns":[7,)", R"("read_lag_ns":[)"), "/read_lag_ns: must be ten numbers"));
  CHECK(has(refusal(R"("dropped":21,)", ""), "/dropped"));
  CHECK(has(refusal(R"("warmup_ns":0)", R"("warmup_ns":9223372036854775807)"),
            "/warmup_ns: is out of its range"));
}

/// The file of one stage with a window of 4 s, of which MAX_ERROR_RATE stopped the load after 2 s; and its
/// numbers.
/// `known`: what the header says of the stage, which the line at its begin knows better.
std::string stopped_file(const std::string& path, Summary& summary, const std::optional<Stage>& known = {}) {
  Plan p = plan();
  p.run_id = "0123abcd";
  p.host = "a-machine";
  p.endpoints_in_process = true;
  Stage stage{ClosedLoop{1}, {}, std::chrono::seconds(4)};
  stage.cooldown = std::chrono::seconds(1);
  p.stages = {stage};
  RecordsSink sink(path);
  Plan told = p;
  if (known) told.stages = {*known};
  sink.on_start(header_of(told));
  sink.on_stage_begin({0, Time(77ns), "2026-01-31T12:00:00.000000001Z", stage});
  metrics::StageFold fold(metrics::summary_settings(p), stage, p.cores);
  fold.stop_at(2s);
  for (const std::int64_t at : {500, 1'500, 2'500, 3'500}) {
    const RequestRecord r = answered(0, at, 70);
    fold.add(r);
    sink.on_record(r);
  }
  metrics::StageEnd end;
  end.started_at = Time(77ns);
  end.started_at_utc = "2026-01-31T12:00:00.000000001Z";
  end.too_many_errors = true;
  end.stopped_at = 2s;
  summary = fold.summarize(end);
  sink.on_stage(summary);
  RunResult result;
  result.stages = {summary};
  sink.on_end(result);
  return text::read_file(path);
}

TEST_CASE("a window that was cut short has the same rates again: the stop is known before the requests") {
  const tokenize::TemporaryDirectory folder;
  const std::string path = (folder.path() / "r.jsonl").string();
  Summary live;
  stopped_file(path, live);
  CHECK(live.requests_per_second == 1.0);  // 2 in 2 s
  Seen seen;
  const auto result = replay_records(path, seen).result;
  REQUIRE(result.stages.size() == 1);
  CHECK(result.stages[0].requests_per_second == live.requests_per_second);
  CHECK(result.stages[0].output_tokens_per_second == live.output_tokens_per_second);
  CHECK(result.stages[0].wall_seconds == live.wall_seconds);
}

TEST_CASE("a stage that a source decided is cut where it was stopped, though the header knew of no window") {
  const tokenize::TemporaryDirectory folder;
  const std::string path = (folder.path() / "r.jsonl").string();
  Summary live;
  stopped_file(path, live, Stage{ClosedLoop{1}, 5});
  Seen seen;
  const auto result = replay_records(path, seen).result;
  CHECK(result.stages.at(0).requests_per_second == 1.0);
  CHECK(result.stages[0].wall_seconds == live.wall_seconds);
}

TEST_CASE("a run's id, its host, its times and that it is simulated come back") {
  const tokenize::TemporaryDirectory folder;
  const std::string path = (folder.path() / "r.jsonl").string();
  Summary live;
  const std::string whole = stopped_file(path, live);
  Seen seen;
  const auto result = replay_records(path, seen).result;
  CHECK(seen.header.run_id == "0123abcd");
  CHECK(seen.header.host == "a-machine");
  CHECK(seen.header.settings.simulated);
  REQUIRE(seen.begins.size() == 1);
  CHECK(seen.begins[0].started_at == Time(77ns));
  CHECK(seen.begins[0].started_at_utc == "2026-01-31T12:00:00.000000001Z");
  CHECK(result.stages[0].started_at_utc == "2026-01-31T12:00:00.000000001Z");
  CHECK(result.stages[0].simulated);
  RecordsSink again((folder.path() / "again.jsonl").string());
  (void)replay_records(path, again);
  CHECK(text::read_file((folder.path() / "again.jsonl").string()) == whole);
}

TEST_CASE("a file that ends within a stage tells when the stage began, and a second begin is refused") {
  const tokenize::TemporaryDirectory folder;
  Summary live;
  const std::string whole = stopped_file((folder.path() / "r.jsonl").string(), live);
  const auto replay = [&folder](const std::string& text) {
    Seen seen;
    return replay_records(folder.write("c.jsonl", text), seen);
  };
  const ReplayResult torn = replay(whole.substr(0, whole.find("{\"type\":\"stage\",")));
  REQUIRE(torn.result.stages.size() == 1);
  CHECK(torn.result.stages[0].started_at == Time(77ns));
  CHECK(torn.result.stages[0].started_at_utc == "2026-01-31T12:00:00.000000001Z");
  const auto from = whole.find("{\"type\":\"stage_begin\"");
  const std::string begin = whole.substr(from, whole.find('\n', from) + 1 - from);
  const auto behind = whole.find("{\"type\":\"stage\",");
  std::string twice = whole;
  CHECK_THROWS_AS(replay(twice.insert(behind, begin)), InputError);
}

TEST_CASE("parameters as deep as a file of them may be are read again") {
  const tokenize::TemporaryDirectory folder;
  const std::string path = (folder.path() / "r.jsonl").string();
  Plan p = plan();
  p.parameters_json = R"({"EXTRA_BODY":)" + std::string(31, '[') + std::string(31, ']') + '}';
  {
    RecordsSink sink(path);
    sink.on_start(header_of(p));
    sink.on_end({});
  }
  Seen seen;
  (void)replay_records(path, seen);
  CHECK(seen.header.parameters_json == p.parameters_json);
}

}  // namespace replay_test
