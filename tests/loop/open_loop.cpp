// Whole runs whose requests are sent when they are due, and what lies around a measured window.
#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <set>
#include <utility>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "support/stages.hpp"
#include "workload/schedule.hpp"

namespace loop_open_loop {

using namespace llmload;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using test::count;
using test::good_answer;
using test::open_of;
using test::Peer;
using test::plan_for;
using test::RecordKeeper;
using test::ScriptedServer;

/// The first `at_once` requests are due at 0, `late` further ones in an hour.
class FarAway : public Pacer {
 public:
  FarAway(std::uint64_t at_once, std::uint64_t late) : at_once_(at_once), all_(at_once + late) {}
  [[nodiscard]] std::optional<nanoseconds> due(std::uint64_t index) const override {
    if (index >= all_) return std::nullopt;
    return index < at_once_ ? nanoseconds{0} : nanoseconds{hours{1}};
  }

 private:
  const std::uint64_t at_once_, all_;
};

Stage open_stage(std::shared_ptr<const Pacer> pacer, std::optional<std::uint64_t> requests,
                 std::optional<unsigned> cap = {}) {
  return {OpenLoop{.pacer = std::move(pacer), .concurrency = cap}, requests};
}

/// All at once.
Stage burst(std::uint64_t requests, std::optional<unsigned> cap = {}) {
  return open_stage(std::make_shared<FarAway>(requests, 0), requests, cap);
}

/// In the order of their index.
std::vector<RequestRecord> sorted(std::vector<RequestRecord> records) {
  std::ranges::sort(records, {}, &RequestRecord::index);
  return records;
}

/// Each index from 0 to requests - 1 is there once, with its due time.
void check_scheduled(const std::vector<RequestRecord>& records, const Stage& stage, std::uint64_t requests) {
  REQUIRE(records.size() == requests);
  for (std::uint64_t i = 0; i < requests; ++i) {
    INFO("request " << i);
    const RequestRecord& r = records[i];
    REQUIRE(r.index == i);
    REQUIRE(r.scheduled);
    REQUIRE(r.admitted);
    CHECK(r.scheduled == open_of(stage).pacer->due(i));
    CHECK(*r.admitted >= *r.scheduled);
    CHECK(*r.dispatched >= *r.admitted);
  }
}

/// The most requests under way at once, by when they were taken and done.
std::size_t most_under_way(const std::vector<RequestRecord>& records) {
  std::multimap<nanoseconds, int> changes;  // an end before a begin at the same time
  for (const RequestRecord& r : records) changes.emplace(*r.done, -1);
  for (const RequestRecord& r : records) changes.emplace(*r.dispatched, 1);
  int now = 0, most = 0;
  for (const auto& [at, change] : changes) most = std::max(most, now += change);
  return static_cast<std::size_t>(most);
}

SimulatorOptions answering_after(milliseconds time) {
  SimulatorOptions options = test::instant();
  options.ttft = time;
  return options;
}

TEST_CASE("an open loop sends the same requests at the same times on one core and on two") {
  const Stage stage = open_stage(make_poisson_pacer(2'000, 7, {.requests = 200}), {});
  std::set<std::string> hashes;
  for (const unsigned cores : {1U, 2U}) {
    const Simulator simulator(test::instant());
    Plan plan = plan_for(simulator, {stage});
    plan.cores = cores;
    RecordKeeper keeper;
    const Summary s = run(plan, {.sink = &keeper}).stages[0];
    INFO(cores << " cores");
    CHECK(s.planned == 200);
    CHECK(s.ok == 200);
    CHECK(s.dropped == 0);
    CHECK(s.not_started == 0);
    CHECK(simulator.requests() == 200);
    CHECK_FALSE(s.queue_wait_ms());
    CHECK(s.own_error.dispatch_lag_ms->count == 200);
    const auto records = sorted(keeper.records);
    check_scheduled(records, stage, 200);
    for (const RequestRecord& r : records) {
      CHECK(r.admitted == r.scheduled);
      CHECK(r.shard == r.index % cores);
    }
    hashes.insert(s.schedule_hash);
  }
  CHECK(hashes == std::set<std::string>{schedule_hash(*open_of(stage).pacer, 200)});
}

TEST_CASE("latency counts from the due time, and the service time from the send") {
  const Simulator simulator(answering_after(milliseconds(5)));
  RecordKeeper keeper;
  const Summary s = run(plan_for(simulator, {burst(5, 1)}), {.sink = &keeper}).stages[0];
  REQUIRE(s.ok == 5);
  CHECK(s.e2e_ms()->max >= 20);  // the last one waited for four
  CHECK(s.queue_wait_ms()->max >= 16);
  const auto records = sorted(keeper.records);
  nanoseconds e2e{0}, service{0};
  for (const RequestRecord& r : records) {
    e2e = std::max(e2e, *r.done - *r.scheduled);
    service = std::max(service, *r.done - *r.sent);
  }
  CHECK(s.e2e_ms()->max == Approx(static_cast<double>(e2e.count()) / 1e6));
  CHECK(s.service_e2e_ms()->max == Approx(static_cast<double>(service.count()) / 1e6));
}

TEST_CASE("with a cap of 1 that queues, each request waits for the one ahead of it") {
  const Stage stage = open_stage(make_constant_pacer(1'000), 20, 1);
  const Simulator simulator(answering_after(milliseconds(3)));
  for (const unsigned cores : {1U, 2U}) {
    Plan plan = plan_for(simulator, {stage});
    plan.cores = cores;
    RecordKeeper keeper;
    const Summary s = run(plan, {.sink = &keeper}).stages[0];
    CHECK(s.ok == 20);
    CHECK(s.dropped == 0);
    const auto& served = keeper.records;
    CHECK(std::ranges::is_sorted(served, {}, &RequestRecord::index));
    check_scheduled(served, stage, 20);
    for (std::size_t i = 1; i < served.size(); ++i) CHECK(*served[i].admitted >= *served[i - 1].done);
    CHECK(served.back().admitted > served.back().scheduled);
    REQUIRE(s.queue_wait_ms());
    CHECK(s.queue_wait_ms()->count == 20);
  }
}

TEST_CASE("a cap that queues is never exceeded") {
  const Simulator simulator(answering_after(milliseconds(2)));
  Plan plan = plan_for(simulator, {burst(40, 3)});
  plan.cores = 2;
  RecordKeeper keeper;
  CHECK(run(plan, {.sink = &keeper}).stages[0].ok == 40);
  CHECK(most_under_way(keeper.records) <= 3);
  CHECK(simulator.connections() == 3);
}

TEST_CASE("a cap that drops lets so many be under way, and loses the rest") {
  for (const unsigned cores : {1U, 2U}) {
    Stage stage = open_stage(make_constant_pacer(2'000), 60, 4);
    open_of(stage).when_full = WhenFull::drop;
    const Simulator simulator(answering_after(milliseconds(10)));
    Plan plan = plan_for(simulator, {stage});
    plan.cores = cores;
    RecordKeeper keeper;
    const Summary s = run(plan, {.sink = &keeper}).stages[0];
    CHECK(s.planned == 60);
    CHECK(s.planned == s.begun + s.dropped + s.not_started);
    CHECK(s.not_started == 0);
    CHECK(s.begun == keeper.records.size());
    CHECK(s.ok == s.begun);
    CHECK(s.failed == 0);
    CHECK(simulator.requests() == s.begun);
    CHECK(most_under_way(keeper.records) <= 4);
    for (const RequestRecord& r : keeper.records) {
      CHECK(r.admitted == r.scheduled);
      CHECK(r.scheduled == open_of(stage).pacer->due(r.index));
    }
  }
}

TEST_CASE("of a burst a cap that drops sends as many as it has room for") {
  std::promise<void> all_there;
  std::atomic<int> there{0};
  const auto go_on = all_there.get_future().share();
  const ScriptedServer server([&](Peer& peer, int) {
    while (!peer.read_request().empty()) {
      if (++there == 3) all_there.set_value();
      go_on.wait();  // no answer before three are under way
      peer.send(good_answer());
    }
  });
  Stage stage = burst(10, 3);
  open_of(stage).when_full = WhenFull::drop;
  const Summary s = run(plan_for(server.url(), {stage})).stages[0];
  CHECK(s.ok == s.begun);
  CHECK(s.begun >= 3);
  CHECK(s.begun + s.dropped == 10);
  CHECK(there == static_cast<int>(s.begun));
}

TEST_CASE("requests that are due in the window are finished, however slow the server is") {
  Stage stage = open_stage(make_constant_pacer(1'000), {});
  stage.duration = milliseconds(10);
  const Simulator simulator(answering_after(milliseconds(60)));
  RecordKeeper keeper;
  const Summary s = run(plan_for(simulator, {stage}), {.sink = &keeper}).stages[0];
  CHECK(s.planned == 10);
  CHECK(s.ok == 10);
  for (const RequestRecord& r : keeper.records) CHECK(*r.done > *stage.duration);
}

TEST_CASE("an open loop's warm-up and cool-down are sent and not counted") {
  Stage stage = open_stage(make_constant_pacer(1'000), 20);
  stage.warmup_requests = 5;
  stage.cooldown = milliseconds(8);
  const auto schedule = workload::make_schedule(stage);
  REQUIRE(schedule.end == 32);
  for (const auto cap : {std::optional<unsigned>(), std::optional(2U)}) {
    open_of(stage).concurrency = cap;
    const Simulator simulator(test::instant());
    Plan plan = plan_for(simulator, {stage});
    plan.cores = 2;
    RecordKeeper keeper;
    std::uint64_t progressed = 0;
    const auto progress = [&](const Progress& p) { progressed = p.done; };
    const Summary s = run(plan, {.sink = &keeper, .progress = progress}).stages[0];
    INFO("cap " << cap.value_or(0));
    CHECK(s.planned == 20);
    CHECK(s.ok == 20);
    CHECK(s.outside_window == 12);
    CHECK(s.outside_failed == 0);
    CHECK(simulator.requests() == 32);
    CHECK(progressed == 20);
    CHECK(s.e2e_ms()->count == 20);
    CHECK(s.schedule_hash == schedule.hash);
    const auto records = sorted(keeper.records);
    check_scheduled(records, stage, 32);
    for (const RequestRecord& r : records) CHECK(r.measured == schedule.measures(r.index));
  }
}

TEST_CASE("a closed loop's warm-up and cool-down are sent and not counted") {
  Stage stage{ClosedLoop{2}, 20};
  stage.warmup_requests = 5;
  stage.warmup = milliseconds(20);
  stage.cooldown = milliseconds(20);
  const Simulator simulator(answering_after(milliseconds(1)));
  RecordKeeper keeper;
  const Summary s = run(plan_for(simulator, {stage}), {.sink = &keeper}).stages[0];
  CHECK(s.planned == 20);
  CHECK(s.begun == 20);
  CHECK(s.ok == 20);
  CHECK(s.outside_window >= 6);  // and one of the cool-down
  CHECK(s.begun + s.outside_window == simulator.requests());
  CHECK(s.by_shard[0] == simulator.requests());
  std::uint64_t first = UINT64_MAX, last = 0;
  for (const RequestRecord& r : keeper.records) {
    if (!r.measured) continue;
    first = std::min(first, r.index);
    last = std::max(last, r.index);
    CHECK(*r.dispatched >= stage.warmup);
    CHECK_FALSE(r.scheduled);
    CHECK_FALSE(r.admitted);
  }
  CHECK(first >= 5);
  CHECK(last - first == 19);  // one after the other
  CHECK(std::ranges::max(keeper.records, {}, &RequestRecord::index).index > last);
}

TEST_CASE("failures outside the window are counted apart") {
  std::atomic<int> requests{0};
  const ScriptedServer server([&](Peer& peer, int) {
    while (!peer.read_request().empty())
      peer.send(++requests <= 3 ? test::answer(500, "warming up") : good_answer());
  });
  Stage stage{ClosedLoop{1}, 4};
  stage.warmup_requests = 3;
  const RunResult result = run(plan_for(server.url(), {stage}));
  CHECK(result.stages[0].ok == 4);
  CHECK(result.stages[0].failed == 0);
  CHECK(result.stages[0].outside_failed == 3);
  CHECK(count(result.stages[0], Outcome::http_5xx) == 0);
}

TEST_CASE("connections are opened before an open loop, as the stage says") {
  const Simulator simulator(test::instant());
  Stage stage = open_stage(make_constant_pacer(2'000), 20);
  open_of(stage).connections = 5;
  Plan plan = plan_for(simulator, {stage});
  plan.cores = 2;
  CHECK(run(plan).stages[0].ok == 20);
  CHECK(simulator.connections() >= 5);
}

TEST_CASE("a request for which no connection is idle opens its own, and is cold") {
  std::promise<void> all_there;
  std::atomic<int> there{0};
  const auto go_on = all_there.get_future().share();
  const ScriptedServer server([&](Peer& peer, int) {
    while (!peer.read_request().empty()) {
      if (++there == 6) all_there.set_value();
      go_on.wait();
      peer.send(good_answer());
    }
  });
  Stage stage = burst(6);
  open_of(stage).connections = 1;
  RecordKeeper keeper;
  const Summary s = run(plan_for(server.url(), {stage}), {.sink = &keeper}).stages[0];
  CHECK(s.ok == 6);
  CHECK(s.cold_requests == 5);
  CHECK(s.reconnects == 0);
  CHECK(server.connections() == 6);
  CHECK(std::ranges::count(keeper.records, false, &RequestRecord::connection_reused) == 5);
}

TEST_CASE("an open loop whose connections suffice has no cold request") {
  const Simulator simulator(test::instant());
  Stage stage = open_stage(make_constant_pacer(1'000), 10, 2);
  CHECK(run(plan_for(simulator, {stage})).stages[0].cold_requests == 0);
  CHECK(simulator.connections() == 2);
}

TEST_CASE("an open loop that is interrupted does not wait for what is due") {
  for (const auto cap : {std::optional<unsigned>(), std::optional(1U), std::optional(4U)}) {
    for (const auto when_full : {WhenFull::queue, WhenFull::drop}) {
      if (!cap && when_full == WhenFull::drop) continue;  // it is never full
      std::stop_source stop;
      const ScriptedServer server([&](Peer& peer, int) {
        while (!peer.read_request().empty()) {
          peer.send(good_answer());
          stop.request_stop();
        }
      });
      Stage stage = open_stage(std::make_shared<FarAway>(1, 7), 8, cap);
      open_of(stage).when_full = when_full;
      open_of(stage).connections = 2;
      Plan plan = plan_for(server.url(), {stage, {ClosedLoop{1}, 1}});
      plan.cores = 2;
      const RunResult result = run(plan, {.stop = stop.get_token()});
      INFO("cap " << cap.value_or(0));
      CHECK(result.interrupted);
      REQUIRE(result.stages.size() == 1);
      const Summary& s = result.stages[0];
      CHECK(s.interrupted);
      CHECK(s.planned == 8);
      CHECK(s.begun == 1);
      CHECK(s.dropped == 0);
      CHECK(s.not_started == 7);
    }
  }
}

TEST_CASE("an exception of the user's own prompts ends an open loop that waits for what is due") {
  for (const auto cap : {std::optional<unsigned>(), std::optional(4U)}) {
    const Simulator simulator(test::instant());
    Plan plan = plan_for(simulator, {open_stage(std::make_shared<FarAway>(2, 6), 8, cap)});
    plan.cores = 2;
    plan.source = std::make_shared<test::PromptsBy>([](std::uint64_t index) -> std::string {
      if (index == 1) throw std::runtime_error("no more prompts");
      return "hello";
    });
    CHECK_THROWS_WITH(run(plan), "no more prompts");
  }
}

TEST_CASE("an open loop whose schedule is wrong is refused before any traffic") {
  struct Backwards : Pacer {
    [[nodiscard]] std::optional<nanoseconds> due(std::uint64_t index) const override {
      return nanoseconds(10 - static_cast<std::int64_t>(index));
    }
  };
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{1}, 1}, open_stage(std::make_shared<Backwards>(), 5)});
  CHECK_THROWS_AS(run(plan), InputError);
  plan.stages[1] = burst(3);
  plan.stages[1].warmup_requests = 3;
  CHECK_THROWS_AS(run(plan), InputError);
  CHECK(simulator.connections() == 0);
}

TEST_CASE("per-request opens a connection for each request of an open loop, and none before") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {open_stage(make_constant_pacer(1'000), 7)});
  plan.connection = Connection::per_request;
  RecordKeeper keeper;
  const Summary s = run(plan, {.sink = &keeper}).stages[0];
  CHECK(s.ok == 7);
  CHECK(simulator.connections() == 7);
  CHECK(s.tls_ms()->count == 7);
  CHECK(s.own_error.dispatch_lag_ms->count == 7);
}

TEST_CASE("each stage reports how late and how busy its shards were") {
  const Simulator simulator(answering_after(milliseconds(15)));
  Plan plan = plan_for(simulator, {{ClosedLoop{2}, 8}, open_stage(make_constant_pacer(500), 10)});
  plan.cores = 2;
  const RunResult result = run(plan);
  for (const Summary& s : result.stages) {
    const OwnError& own = s.own_error;
    CHECK(own.cpu_shares.size() == 2);
    CHECK(own.loop_lag_ms);
    CHECK(own.read_lag_ms);
  }
  CHECK_FALSE(result.stages[0].own_error.dispatch_lag_ms);
  CHECK(result.stages[1].own_error.dispatch_lag_ms);
}

}  // namespace loop_open_loop
