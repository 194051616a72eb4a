// Whole runs, and the same outputs again from their records.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace loop_records {

using namespace llmload;
using test::count;
using test::plan_for;

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

/// All outputs of a run, in a folder.
struct Outputs {
  explicit Outputs(const std::filesystem::path& folder)
      : csv((folder / "performance_metrics.csv").string()),
        json((folder / "summary.json").string()),
        records((folder / "records.jsonl").string()) {}
  std::ostringstream printed;
  TableSink table{printed};
  CsvSink csv;
  JsonSink json;
  RecordsSink records;
  TeeSink all{{&table, &csv, &json, &records}};
};

/// Answers some, and fails the others in several ways; one answer echoes the key.
void unreliable(test::Peer& peer, int connection) {
  for (int n = connection; !peer.read_request().empty(); ++n) {
    switch (n % 5) {
      case 0:
        return peer.send(
            test::answer(429, R"({"error":{"message":"slow down, a-key-that-nobody-may-see"}})"));
      case 1: return peer.send(test::answer(500, "oops \xff"));
      case 2: return peer.reset();
      default: peer.send(test::good_answer());
    }
  }
}

struct Letters : Tokenizer {
  [[nodiscard]] std::size_t count(std::string_view text) const override { return text.size(); }
};

/// Runs `plan` and replays its records; all outputs must be the same bytes.
RunResult run_and_replay(const Plan& plan, std::stop_token stop = {}) {
  const tokenize::TemporaryDirectory live_folder, again_folder;
  Outputs live(live_folder.path()), again(again_folder.path());
  RunResult result = run(plan, {.sink = &live.all, .stop = std::move(stop)});
  CHECK(result.errors.empty());
  const auto replayed = replay_records((live_folder.path() / "records.jsonl").string(), again.all);
  CHECK(replayed.missing.empty());
  CHECK(replayed.result.errors.empty());
  CHECK(replayed.result.interrupted == result.interrupted);
  CHECK(replayed.result.valid == result.valid);
  CHECK(again.printed.str() == live.printed.str());
  for (const char* name : {"performance_metrics.csv", "summary.json", "records.jsonl"}) {
    INFO(name);
    CHECK(bytes_of(again_folder.path() / name) == bytes_of(live_folder.path() / name));
  }
  CHECK(bytes_of(live_folder.path() / "records.jsonl").find("a-key-that-nobody-may-see") ==
        std::string::npos);
  return result;
}

TEST_CASE("a run's outputs come again from its records, byte for byte") {
  SimulatorOptions options;
  options.ttft = options.gap = std::chrono::milliseconds{1};
  const Simulator simulator(options);
  const test::ScriptedServer failing(unreliable);
  for (const bool stream : {false, true}) {
    for (const bool tokenizer : {false, true}) {
      Plan plan = plan_for(
          simulator,
          {{ClosedLoop{1}, 5}, {ClosedLoop{4}, 40}, {ClosedLoop{8}, {}, std::chrono::milliseconds{200}}});
      plan.endpoints.push_back(parse_endpoint(failing.url()));
      plan.cores = 2;
      plan.stream = stream;
      plan.max_tokens = 9;
      plan.threshold_tps = 7.3;
      plan.goodput = Goodput{100, 33.3, {}};
      plan.server_metrics = "auto";
      plan.parameters_json = R"({"TEMPERATURE":0.6,"MODEL":"é"})";
      plan.warnings = {"a warning"};
      if (tokenizer) plan.tokenizer = std::make_shared<Letters>();
      INFO("stream " << stream << ", tokenizer " << tokenizer);
      const RunResult result = run_and_replay(plan);
      REQUIRE(result.stages.size() == 3);
      CHECK(result.stages[1].ok >= 20);
      CHECK(count(result.stages[1], Outcome::rate_limited) > 0);
      CHECK(result.stages[1].server);
    }
  }
}

TEST_CASE("a run that is not valid comes again as one") {
  const test::ScriptedServer failing([](test::Peer& peer, int) {
    while (!peer.read_request().empty()) peer.send(test::answer(401, "who are you?"));
  });
  const RunResult result = run_and_replay(plan_for(failing.url(), {{ClosedLoop{1}, 2}, {ClosedLoop{2}, 2}}));
  CHECK_FALSE(result.valid);
  CHECK_FALSE(result.ended_early.empty());
}

TEST_CASE("a run that was interrupted comes again as one") {
  std::stop_source stop;
  const test::ScriptedServer server([&stop](test::Peer& peer, int) {
    peer.read_request();
    peer.send(test::good_answer());
    peer.read_request();
    stop.request_stop();
    peer.wait_for_end();
  });
  const RunResult result =
      run_and_replay(plan_for(server.url(), {{ClosedLoop{1}, 9}, {ClosedLoop{2}, 2}}), stop.get_token());
  CHECK(result.interrupted);
  REQUIRE(result.stages.size() == 1);
  CHECK(result.stages[0].ok == 1);
  CHECK(count(result.stages[0], Outcome::cancelled) == 1);
}

TEST_CASE("an open loop's outputs come again from its records, with what lies around its window") {
  SimulatorOptions options;
  options.ttft = options.gap = std::chrono::milliseconds{1};
  const Simulator simulator(options);
  OpenLoop loop{make_poisson_pacer(400, 3, {.duration = std::chrono::milliseconds{700}}), "poisson", 400, 3,
                WhenFull::drop};
  Stage drops{loop, {}, std::chrono::milliseconds{500}};  // of which a machine that is busy leaves us some
  drops.warmup = drops.cooldown = std::chrono::milliseconds{20};
  Stage queues = drops;
  loop.when_full = WhenFull::queue;
  queues.loop = loop;
  queues.duration.reset();
  queues.requests = 40;
  queues.warmup_requests = 5;
  queues.own_error = OwnErrorP99{0.25, 0.125, {}, 0.1};
  Stage free = drops;
  loop.concurrency.reset();
  loop.connections = 2;
  free.loop = loop;
  Stage closed{ClosedLoop{2}, 20};
  closed.warmup_requests = 5;
  Plan plan = plan_for(simulator, {drops, queues, free, closed});
  plan.cores = 2;
  plan.stream = true;
  plan.max_tokens = 4;
  plan.goodput = Goodput{100, {}, {}};
  const RunResult result = run_and_replay(plan);
  REQUIRE(result.stages.size() == 4);
  CHECK(result.stages[0].dropped > 0);
  CHECK(result.stages[1].queue_wait_ms());
  for (const Summary& s : result.stages) {
    CHECK(s.ok > 0);
    CHECK(s.outside_window > 0);
  }
}

TEST_CASE("a request's stage and label are in its record, also where it is sent again, and in the file") {
  struct Labelled : RequestSource {
    std::shared_ptr<const RequestSpec> next(const Conversation& of) const override {
      RequestSpec spec = ask("hello");
      spec.label = of.index % 2 == 0 ? "even" : "odd";
      return std::make_shared<const RequestSpec>(std::move(spec));
    }
  };
  const test::ScriptedServer server([](test::Peer& peer, int) {
    for (int n = 0; !peer.read_request().empty(); ++n)
      peer.send(n == 0 ? test::answer(429, "", "Retry-After: 0\r\n") : test::good_answer());
  });
  Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 2}, {ClosedLoop{1}, 2}});
  plan.source = std::make_shared<Labelled>();
  plan.retry.rate_limited = true;
  const tokenize::TemporaryDirectory folder;
  RecordsSink file((folder.path() / "records.jsonl").string());
  test::RecordKeeper live, again;
  TeeSink both({&live, &file});
  run(plan, {.sink = &both});
  (void)replay_records((folder.path() / "records.jsonl").string(), again);
  for (const auto& records : {live.records, again.records}) {
    REQUIRE(records.size() == 4);
    CHECK(records[0].attempts == 2);
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(records[i].stage == i / 2);
      CHECK(records[i].label == (i % 2 == 0 ? "even" : "odd"));
    }
  }
}

}  // namespace loop_records
