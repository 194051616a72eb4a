// Whole runs against the simulated endpoint, over TLS.
#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"

namespace loop_run {

using namespace llmload;
using test::count;
using test::plan_for;

struct KeepingSink : Sink {
  void on_start(const RunHeader&) override { calls.emplace_back("start"); }
  void on_stage(const Summary& summary) override {
    calls.push_back("stage " + std::to_string(*summary.stage.concurrency()));
  }
  void on_end(const RunResult&) override { calls.emplace_back("end"); }
  std::vector<std::string> calls;
};

TEST_CASE("a level of N is one wave of N requests on N connections") {
  const Simulator simulator(test::instant());
  const RunResult result = run(plan_for(simulator, {{ClosedLoop{1}, 1}, {ClosedLoop{7}, 7}}));
  REQUIRE(result.stages.size() == 2);
  CHECK(result.errors.empty());
  CHECK(result.stages[1].begun == 7);
  CHECK(result.stages[1].ok == 7);
  CHECK(result.stages[1].e2e_ms()->count == 7);
  CHECK(simulator.requests() == 8);
  CHECK(simulator.connections() == 8);
}

TEST_CASE("sessions that ramp up begin one after the other, on one core and on two") {
  SimulatorOptions slow = test::instant();
  slow.ttft = std::chrono::milliseconds(300);
  const Simulator simulator(slow);
  for (const unsigned cores : {1U, 2U}) {
    Plan plan = plan_for(simulator, {{ClosedLoop{3, std::chrono::milliseconds(300)}, 3}});
    plan.cores = cores;
    test::RecordKeeper records;
    CHECK(run(plan, {.sink = &records}).stages.at(0).ok == 3);
    REQUIRE(records.records.size() == 3);
    std::ranges::sort(records.records, {}, &RequestRecord::dispatched);
    for (int i = 0; i < 3; ++i)
      CHECK(records.records[static_cast<std::size_t>(i)].dispatched >= std::chrono::milliseconds(100 * i));
  }
}

TEST_CASE("a stage that is over does not wait for those that have not begun") {
  const Simulator simulator(test::instant());
  for (const unsigned cores : {1U, 2U}) {
    Plan plan = plan_for(simulator, {{ClosedLoop{5, std::chrono::hours(24)}, 20}});
    plan.cores = cores;
    const Summary stage = run(plan).stages.at(0);
    CHECK(stage.ok == 20);
    CHECK(stage.not_started == 0);
  }
}

TEST_CASE("a run has an id, a host and its stages' times, of which the sink is told as they begin") {
  struct Times : Sink {
    void on_start(const RunHeader& h) override { ids.insert(h.run_id), host = h.host; }
    void on_stage_begin(const StageBegin& begin) override { begins.push_back(begin); }
    void on_stage(const Summary& s) override {
      REQUIRE(begins.size() == ++stages);
      CHECK(begins.back().number + 1 == stages);
      CHECK(begins.back().started_at == s.started_at);
      CHECK(begins.back().started_at_utc == s.started_at_utc);
      CHECK(s.started_at_utc.size() == std::string("2026-01-31T12:00:00.000000001Z").size());
    }
    std::set<std::string> ids;
    std::string host;
    std::vector<StageBegin> begins;
    std::size_t stages = 0;
  } sink;
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{1}, 1}, {ClosedLoop{2}, 2}});
  run(plan, {&sink});
  CHECK_FALSE(sink.host.empty());
  sink.begins.clear();
  sink.stages = 0;
  run(plan, {&sink});
  REQUIRE(sink.ids.size() == 2);  // an own one each
  CHECK(sink.ids.begin()->size() == 32);
  plan.run_id = "mine";
  sink.begins.clear();
  sink.stages = 0;
  run(plan, {&sink});
  CHECK(sink.ids.contains("mine"));
}

TEST_CASE("a sustained level keeps its connections") {
  const Simulator simulator(test::instant());
  const RunResult result = run(plan_for(simulator, {{ClosedLoop{4}, 400}}));
  CHECK(result.stages[0].ok == 400);
  CHECK(result.stages[0].p99_supported);
  CHECK(result.stages[0].reconnects == 0);
  CHECK(simulator.connections() == 4);
}

TEST_CASE("a duration ends a level, and what was begun is finished") {
  const Simulator simulator(test::instant());
  const RunResult result = run(plan_for(simulator, {{ClosedLoop{2}, {}, std::chrono::seconds{1}}}));
  const Summary& s = result.stages[0];
  CHECK(s.begun > 2);
  CHECK(s.ok == s.begun);
  CHECK(s.planned == s.begun);
  CHECK(simulator.requests() == s.begun);
}

TEST_CASE("one core and two send the same requests, and each shard serves some") {
  for (const unsigned cores : {1U, 2U}) {
    const Simulator simulator(test::instant());
    Plan plan = plan_for(simulator, {{ClosedLoop{6}, 120}});
    plan.cores = cores;
    const RunResult result = run(plan);
    const Summary& s = result.stages[0];
    CHECK(s.ok == 120);
    REQUIRE(s.by_shard.size() == cores);
    CHECK(std::ranges::all_of(s.by_shard, [](auto n) { return n > 0; }));
    CHECK(std::accumulate(s.by_shard.begin(), s.by_shard.end(), std::uint64_t{0}) == 120);
    CHECK(simulator.requests() == 120);
  }
}

TEST_CASE("more cores than sessions leave some shards idle") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{1}, 3}});
  plan.cores = 3;
  CHECK(run(plan).stages[0].ok == 3);
}

TEST_CASE("a shard without a session is not busy") {
  SimulatorOptions options = test::instant();
  options.ttft = std::chrono::milliseconds{150};  // shorter stages are not judged
  const Simulator simulator(options);
  Plan plan = plan_for(simulator, {{ClosedLoop{1}, 1}});
  plan.cores = 3;
  const auto busy = run(plan).stages[0].own_error.busy_shares;
  REQUIRE(busy.size() == 3);
  CHECK(busy[1] == 0);
  CHECK(busy[2] == 0);
}

TEST_CASE("arrivals are timed by the kernel") {
  const Simulator simulator(test::instant());
  const RunResult result = run(plan_for(simulator, {{ClosedLoop{2}, 20}}));
  CHECK(result.stages[0].time_source == TimeSource::kernel);
}

TEST_CASE("per-request connects and shakes hands inside each latency, and stamps each step") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{3}, 9}});
  plan.connection = Connection::per_request;
  const RunResult result = run(plan);
  const Summary& s = result.stages[0];
  CHECK(s.ok == 9);
  CHECK(simulator.connections() == 9);
  CHECK(s.reconnects == 0);
  REQUIRE(s.resolve_ms());
  REQUIRE(s.connect_ms());
  REQUIRE(s.tls_ms());
  CHECK(s.tls_ms()->count == 9);
  CHECK(s.e2e_ms()->min > s.tls_ms()->min);
}

TEST_CASE("completions are sent and read as well") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{1}, 2}});
  plan.endpoints = {parse_endpoint(simulator.origin() + "/v1/completions?api-version=1")};
  const RunResult result = run(plan);
  CHECK(result.stages[0].ok == 2);
  CHECK(result.stages[0].output_tokens == 4U);
}

TEST_CASE("several endpoints are used round robin") {
  const Simulator one(test::instant()), other(test::instant());
  Plan plan = plan_for(one, {{ClosedLoop{2}, 10}});
  plan.endpoints.push_back(parse_endpoint(other.origin() + "/v1/chat/completions"));
  plan.ca_pem += other.ca_pem();
  CHECK(run(plan).stages[0].ok == 10);
  CHECK(one.requests() == 5);
  CHECK(other.requests() == 5);
}

TEST_CASE("a name is tried address by address, and the certificate must carry it") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{1}, 1}});
  // localhost is ::1 and 127.0.0.1 on most machines, and the simulator listens on the latter alone.
  plan.endpoints = {
      parse_endpoint("https://localhost:" + std::to_string(simulator.port()) + "/v1/chat/completions")};
  const Summary s = run(plan).stages[0];
  if (count(s, Outcome::dns_failed) > 0) {
    WARN("skipped: localhost does not resolve on this machine");
    return;
  }
  CHECK(s.ok == 1);
}

TEST_CASE("an IPv6 address works") {
  SimulatorOptions options = test::instant();
  options.address = "::1";
  try {
    const Simulator simulator(options);
    CHECK(run(plan_for(simulator, {{ClosedLoop{1}, 1}})).stages[0].ok == 1);
  } catch (const InputError& e) {
    WARN(std::string("skipped: this machine has no ::1: ") + e.what());
  }
}

TEST_CASE("the sink is called in order, from start to end") {
  const Simulator simulator(test::instant());
  KeepingSink sink;
  run(plan_for(simulator, {{ClosedLoop{1}, 1}, {ClosedLoop{2}, 2}}), {.sink = &sink});
  CHECK(sink.calls == std::vector<std::string>{"start", "stage 1", "stage 2", "end"});
}

TEST_CASE("a sink that throws loses its output and nothing else") {
  struct Broken : Sink {
    void on_stage(const Summary&) override { throw std::runtime_error("disk full"); }
  } broken;
  const Simulator simulator(test::instant());
  const RunResult result =
      run(plan_for(simulator, {{ClosedLoop{1}, 1}, {ClosedLoop{2}, 2}}), {.sink = &broken});
  CHECK(result.stages.size() == 2);
  REQUIRE(result.errors.size() == 1);
  CHECK(result.errors[0].text().ends_with("Broken: disk full; 1 more of its calls failed"));
}

TEST_CASE("a sink that is in a run is refused to another before any traffic, and serves again behind it") {
  const Simulator simulator(test::instant()), other(test::instant());
  KeepingSink sink;
  TeeSink tee({&sink});
  std::vector<std::string> refusals;
  RunOptions options{.sink = &tee};
  options.progress = [&](const Progress&) {
    for (Sink* taken : std::vector<Sink*>{&sink, &tee}) {
      try {
        (void)run(plan_for(other, {{ClosedLoop{1}, 1}}), {.sink = taken});
      } catch (const InputError& e) {
        refusals.emplace_back(e.what());
      }
    }
  };
  (void)run(plan_for(simulator, {{ClosedLoop{1}, 1}}), options);
  REQUIRE(refusals.size() >= 2);
  CHECK(refusals[0] ==
        "the sink loop_run::KeepingSink is in a run that has not ended: each run needs its own");
  CHECK(other.connections() == 0);
  CHECK(sink.calls == std::vector<std::string>{"start", "stage 1", "end"});
  CHECK(run(plan_for(other, {{ClosedLoop{1}, 1}}), {.sink = &sink}).stages.size() == 1);
}

TEST_CASE("records and summaries are kept in memory, and a harness makes the same numbers of them") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{1}, 3}, {ClosedLoop{2}, 8}});
  plan.stream = true;
  MemorySink memory;
  const RunResult result = run(plan, {.sink = &memory});
  REQUIRE(memory.stages().size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const MemorySink::StageRecords& stage = memory.stages()[i];
    CHECK(stage.begin.number == i);
    CHECK(stage.summary == result.stages[i]);
    CHECK(stage.records.size() == stage.summary.begun);
    const Summary again = metrics::summarize(stage.records, metrics::summary_settings(plan), plan.stages[i]);
    CHECK(again.ttft_ms() == stage.summary.ttft_ms());
    CHECK(again.e2e_ms() == stage.summary.e2e_ms());
    CHECK(again.event_gap_ms() == stage.summary.event_gap_ms());
    CHECK(again.requests_per_second == stage.summary.requests_per_second);
  }
}

TEST_CASE("an exception of the user's own prompts comes out of run") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{2}, 100}});
  plan.source = std::make_shared<test::PromptsBy>([](std::uint64_t index) -> std::string {
    if (index == 3) throw std::runtime_error("no more prompts");
    return "hello";
  });
  CHECK_THROWS_WITH(run(plan), "no more prompts");
}

TEST_CASE("an exception of the user's own progress function comes out of run") {
  const Simulator simulator(test::instant());
  RunOptions options;
  options.progress = [](const Progress&) { throw std::runtime_error("nobody looks"); };
  CHECK_THROWS_WITH(run(plan_for(simulator, {{ClosedLoop{2}, 100'000}}), options), "nobody looks");
}

TEST_CASE("a plan that can't be run is refused before any traffic") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{1}, 1}});
  Plan bad = plan;
  bad.stages = {{ClosedLoop{1}, {}}};
  CHECK_THROWS_AS(run(bad), InputError);
  bad = plan;
  bad.stages = {{ClosedLoop{0}, 1}};
  CHECK_THROWS_AS(run(bad), InputError);
  bad = plan;
  bad.endpoints.clear();
  CHECK_THROWS_AS(run(bad), InputError);
  bad = plan;
  bad.source.reset();
  CHECK_THROWS_AS(run(bad), InputError);
  CHECK(simulator.connections() == 0);
}

}  // namespace loop_run
