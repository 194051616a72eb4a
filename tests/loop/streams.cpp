// Event streams through whole runs.
#include <algorithm>
#include <atomic>
#include <ctime>
#include <mutex>

#include "support/catch.hpp"
#include "support/dialects.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"

using namespace llmload;
using test::plan_for;

namespace {

std::int64_t monotonic_now() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

struct RecordKeeper : Sink {
  void on_record(const RequestRecord& record) override { records.push_back(record); }
  void on_stage(const Summary& summary) override { started_at = summary.started_at; }
  std::vector<RequestRecord> records;
  std::int64_t started_at = 0;
};

Plan stream_plan(const std::string& url, std::uint64_t requests) {
  Plan plan = plan_for(url, {{1, requests, {}}});
  plan.stream = true;
  plan.extra_body = R"({"stream_options":{"include_usage":true}})";  // and so no probe
  return plan;
}

/// What is wrong with `r`, if the bytes from `split` on were sent after `middle` (ns since the stage's start)
/// and the others were read before; "" where nothing is.
std::string wrong(const test::Dialect& d, const std::string& wire, std::size_t split, std::int64_t middle,
                  const RequestRecord& r) {
  if (r.outcome != d.outcome) return "outcome " + std::string(to_string(r.outcome)) + " " + r.error;
  if (r.output != d.output || r.reasoning != d.reasoning || r.tool_text != d.tool_text) return "text";
  if (r.usage_completion_tokens != d.usage) return "usage";
  if (r.time_source != TimeSource::kernel) return "time source";
  if (r.events.size() != d.tokens.size()) return "token events";
  bool any_later = false;
  for (std::size_t i = 0; i < r.events.size(); ++i) {
    const bool later = test::completed_at(wire, d.tokens[i]) > split;
    if (later != (r.events[i].at > middle)) return "stamp of event " + d.tokens[i];
    if (i > 0 && r.events[i].merged != (later == any_later)) return "merged of event " + d.tokens[i];
    any_later = later;
  }
  return "";
}

}  // namespace

TEST_CASE("each server's form of an answer gives the right stamps through a session at every split") {
  for (const test::Dialect& d : test::dialects()) {
    INFO(d.name);
    const std::string wire = test::wire(d);
    const std::size_t splits = wire.size() - 1;
    std::vector<std::int64_t> middles(splits + 1);
    std::atomic<std::size_t> answered{0};
    test::ScriptedServer server([&](test::Peer& peer, int) {
      while (!peer.read_request().empty()) {
        const std::size_t split = ++answered;
        peer.send(wire.substr(0, split));
        peer.wait_until_read();
        middles[split] = monotonic_now();
        peer.send(wire.substr(split));
        if (wire.find("Connection: close") != std::string::npos) return;
      }
    });
    RecordKeeper keeper;
    run(stream_plan(server.url(), splits), {&keeper});
    REQUIRE(keeper.records.size() == splits);
    std::string first_wrong;
    for (const RequestRecord& r : keeper.records) {
      const std::size_t split = r.index + 1;
      const std::string what = wrong(d, wire, split, middles[split] - keeper.started_at, r);
      if (!what.empty() && first_wrong.empty())
        first_wrong = "split at " + std::to_string(split) + ": " + what;
    }
    CHECK(first_wrong == "");
  }
}

TEST_CASE("a server that refuses stream_options is asked once, and then answers the run") {
  std::mutex mutex;
  std::vector<std::string> requests;
  const std::string wire = test::wire(test::dialects().front());
  test::ScriptedServer server([&](test::Peer& peer, int) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      {
        const std::scoped_lock lock(mutex);
        requests.push_back(request);
      }
      const bool asks = request.find("stream_options") != std::string::npos;
      peer.send(asks ? test::answer(422, R"({"detail":[{"loc":["body","stream_options"],"msg":"extra"}]})")
                     : wire);
    }
  });
  Plan plan = plan_for(server.url(), {{2, 6, {}}});
  plan.stream = true;
  const RunResult result = run(plan);
  CHECK(result.stages[0].ok == 6);
  REQUIRE(requests.size() == 7);
  CHECK(requests[0].find(R"("stream_options":{"include_usage":true})") != std::string::npos);
  CHECK(requests[0].find(R"("max_tokens":1,)") != std::string::npos);
  CHECK(std::ranges::none_of(requests.begin() + 1, requests.end(), [](const auto& request) {
    return request.find("stream_options") != std::string::npos;
  }));
  CHECK(std::ranges::any_of(result.stages[0].notes, [](const auto& note) {
    return note.find("stream_options") != std::string::npos;
  }));
}

TEST_CASE("any other answer to the probe changes nothing") {
  for (const int status : {200, 401, 400, 500}) {
    INFO(status);
    std::atomic<int> asking{0};
    const std::string wire = test::wire(test::dialects().front());
    test::ScriptedServer server([&](test::Peer& peer, int) {
      for (bool probe = true; true; probe = false) {
        const std::string request = peer.read_request();
        if (request.empty()) return;
        if (request.find("stream_options") != std::string::npos) ++asking;
        peer.send(probe && status != 200 ? test::answer(status, R"({"error":{"message":"no"}})") : wire);
      }
    });
    Plan plan = plan_for(server.url(), {{1, 3, {}}});
    plan.stream = true;
    run(plan);
    CHECK(asking == 4);
  }
}

TEST_CASE("after [DONE] the connection is kept, whether its message ends at once or later") {
  const std::string wire = test::wire(test::dialects().front());
  for (const bool at_once : {true, false}) {
    test::ScriptedServer server([&](test::Peer& peer, int) {
      while (!peer.read_request().empty()) {
        peer.send(wire.substr(0, wire.size() - 5));
        if (!at_once) peer.wait_until_read();
        peer.send(wire.substr(wire.size() - 5));
      }
    });
    const RunResult result = run(stream_plan(server.url(), 5));
    CHECK(result.stages[0].ok == 5);
    CHECK(result.stages[0].reconnects == 0);
    CHECK(server.connections() == 1);
  }
}

TEST_CASE("a server that leaves the message open after [DONE] has answered, and its connection is given up") {
  const std::string wire = test::wire(test::dialects().front());
  test::ScriptedServer server([&](test::Peer& peer, int) {
    if (peer.read_request().empty()) return;
    peer.send(wire.substr(0, wire.size() - 5));
    peer.wait_for_end();
  });
  const RunResult result = run(stream_plan(server.url(), 2));
  CHECK(result.stages[0].ok == 2);
  CHECK(server.connections() == 2);
}

TEST_CASE("with user time the records say so") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{1, 1, {}}});
  plan.stream = true;
  plan.kernel_time = false;
  RecordKeeper keeper;
  run(plan, {&keeper});
  REQUIRE(keeper.records.size() == 1);
  CHECK(keeper.records[0].time_source == TimeSource::user);
  CHECK(keeper.records[0].outcome == Outcome::ok);
}
