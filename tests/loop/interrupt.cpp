// A run that is asked to stop drains, and reports what it measured.
#include <condition_variable>
#include <mutex>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"

namespace loop_interrupt {

using namespace llmload;
using test::count;
using test::good_answer;
using test::Peer;
using test::plan_for;
using test::ScriptedServer;

TEST_CASE("requests under way end as cancelled, those before them count, and later stages do not run") {
  std::stop_source stop;
  std::atomic<int> silent{0};
  const ScriptedServer server([&](Peer& peer, int) {
    peer.read_request();
    peer.send(good_answer());
    peer.read_request();
    if (++silent == 3) stop.request_stop();
    peer.wait_for_end();
  });
  const RunResult result =
      run(plan_for(server.url(), {{ClosedLoop{3}, 100}, {ClosedLoop{1}, 1}}), {.stop = stop.get_token()});
  CHECK(result.interrupted);
  REQUIRE(result.stages.size() == 1);
  const Summary& s = result.stages[0];
  CHECK(s.interrupted);
  CHECK(s.ok == 3);
  CHECK(count(s, Outcome::cancelled) == 3);
  CHECK(s.begun == 6);
  CHECK(s.planned == 100);
  CHECK(s.not_started == 94);
  CHECK(s.e2e_ms()->count == 3);
}

TEST_CASE("a run that is stopped before it begins sends nothing") {
  std::stop_source stop;
  stop.request_stop();
  const Simulator simulator(test::instant());
  const RunResult result = run(plan_for(simulator, {{ClosedLoop{3}, 3}}), {.stop = stop.get_token()});
  CHECK(result.interrupted);
  CHECK(result.stages.empty());
  CHECK(simulator.requests() == 0);
  CHECK(result.status() == RunStatus::interrupted);
  CHECK_FALSE(result.valid);  // there is nothing that could be
  REQUIRE(result.invalid_reasons.size() == 1);
  CHECK(result.invalid_reasons[0].code == "not_begun");
}

TEST_CASE("a stop while connections are being opened ends the wait") {
  std::stop_source stop;
  const ScriptedServer server([&](Peer& peer, int) {
    peer.read(1);  // the client's hello
    stop.request_stop();
    peer.wait_for_end();
  });
  std::string url = server.url();
  url.replace(0, 4, "https");
  const RunResult result = run(plan_for(url, {{ClosedLoop{40}, 40}}), {.stop = stop.get_token()});
  CHECK(result.interrupted);
  CHECK(result.stages[0].begun == 0);
  CHECK(result.stages[0].not_started == 40);
}

TEST_CASE("progress is reported, and ends at the whole") {
  const Simulator simulator(test::instant());
  std::uint64_t last = 0;
  std::size_t stages = 0;
  run(plan_for(simulator, {{ClosedLoop{2}, 50}}), {.progress = [&](const Progress& p) {
        last = p.done;
        stages = p.stages;
      }});
  CHECK(last == 50);
  CHECK(stages == 1);
}

}  // namespace loop_interrupt
