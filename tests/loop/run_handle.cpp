// A Run is a run on a thread of its own.
#include <algorithm>
#include <atomic>
#include <future>
#include <llmload/llmload.hpp>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "support/threads.hpp"

namespace loop_run_handle {

using namespace llmload;
using test::plan_for;

/// Answers the first requests of each connection, and says when one is left without an answer.
struct SilentServer {
  std::promise<void> silent;
  std::atomic<bool> told{false};
  const test::ScriptedServer server{[this](test::Peer& peer, int) {
    peer.read_request();
    peer.send(test::good_answer());
    peer.read_request();
    if (!told.exchange(true)) silent.set_value();
    peer.wait_for_end();
  }};
};

TEST_CASE("a run that is started gives the result that run() gives, and says when it has ended") {
  const Simulator simulator(test::instant());
  std::promise<void> ended;
  Run handle(plan_for(simulator, {{ClosedLoop{2}, 20}, {ClosedLoop{1}, 5}}), {}, [&] { ended.set_value(); });
  ended.get_future().wait();
  CHECK(handle.ended());
  const RunResult& result = handle.wait();
  CHECK(result.complete);
  CHECK_FALSE(result.interrupted);
  REQUIRE(result.stages.size() == 2);
  CHECK(result.stages[0].ok == 20);
  CHECK(&handle.wait() == &result);
  CHECK_FALSE(handle.progress().cost);  // behind the run's end, too
  CHECK(handle.progress().stage == 1);
  CHECK(handle.progress().stages == 2);
  CHECK(handle.progress().done == 5);
}

TEST_CASE("a run that is asked to stop drains, and has what there was") {
  SilentServer silent;
  Run handle(plan_for(silent.server.url(), {{ClosedLoop{1}, 100}}));
  silent.silent.get_future().wait();
  CHECK_FALSE(handle.ended());
  CHECK(handle.progress().current.requests == 100);
  handle.request_stop();
  const RunResult& result = handle.wait();
  CHECK(result.status() == RunStatus::interrupted);
  REQUIRE(result.stages.size() == 1);
  CHECK(result.stages[0].ok == 1);
}

TEST_CASE("a stop token of the options stops it, too") {
  SilentServer silent;
  std::stop_source stop;
  RunOptions options;
  options.stop = stop.get_token();
  Run handle(plan_for(silent.server.url(), {{ClosedLoop{1}, 100}}), options);
  silent.silent.get_future().wait();
  stop.request_stop();
  CHECK(handle.wait().interrupted);
}

TEST_CASE("the end of a Run's life ends the run") {
  SilentServer silent;
  std::atomic<bool> ended{false};
  {
    const Run handle(plan_for(silent.server.url(), {{ClosedLoop{1}, 100}}), {}, [&] { ended = true; });
    silent.silent.get_future().wait();
  }
  CHECK(ended);
}

TEST_CASE("a Run that is moved goes on, and one that is assigned to ends what it had") {
  const Simulator simulator(test::instant());
  SilentServer silent;
  Run first(plan_for(silent.server.url(), {{ClosedLoop{1}, 100}}));
  silent.silent.get_future().wait();
  Run second(plan_for(simulator, {{ClosedLoop{1}, 3}}));
  first = std::move(second);
  CHECK(first.wait().stages.at(0).ok == 3);
}

TEST_CASE(
    "a plan that can't be run is refused where it is started, and what is thrown later where it is waited "
    "for") {
  CHECK_THROWS_AS(Run(Plan()), InputError);
  const Simulator simulator(test::instant());
  RunOptions options;
  options.progress = [](const Progress&) { throw std::runtime_error("nobody looks"); };
  Run handle(plan_for(simulator, {{ClosedLoop{1}, 3}}), options);
  CHECK_THROWS_WITH(handle.wait(), "nobody looks");
  CHECK_THROWS_WITH(handle.wait(), "nobody looks");
}

TEST_CASE("runs go on beside each other, each with its own result") {
  const Simulator simulator(test::instant());
  std::vector<Run> runs;
  for (std::uint64_t i = 1; i <= 4; ++i) runs.emplace_back(plan_for(simulator, {{ClosedLoop{1}, 10 * i}}));
  for (std::uint64_t i = 1; i <= 4; ++i) CHECK(runs[i - 1].wait().stages.at(0).ok == 10 * i);
}

TEST_CASE("a run that has ended has let go of its sink and its threads, however long its handle lives") {
  const Simulator simulator(test::instant());
  MemorySink sink;
  RunOptions options;
  options.sink = &sink;
  const Plan plan = plan_for(simulator, {{ClosedLoop{1}, 3}});
  const auto before = test::threads();
  Run first(plan, options);
  first.wait();
  CHECK(test::threads_fall_to(before));
  CHECK(run(plan, options).stages.at(0).ok == 3);
  CHECK(first.wait().stages.at(0).ok == 3);
  CHECK(first.progress().done == 3);
}

TEST_CASE("a second run that is given the same sink meanwhile is refused") {
  SilentServer silent;
  MemorySink sink;
  RunOptions options;
  options.sink = &sink;
  const Plan plan = plan_for(silent.server.url(), {{ClosedLoop{1}, 100}});
  const Run handle(plan, options);
  CHECK_THROWS_AS(Run(plan, options), InputError);
  silent.silent.get_future().wait();
}

TEST_CASE("the numbers so far are made while a stage goes on, and change nothing of its end") {
  std::promise<void> seen;
  const std::shared_future<void> was_seen = seen.get_future().share();
  const test::ScriptedServer server([was_seen](test::Peer& peer, int) {
    for (int n = 0; !peer.read_request().empty(); ++n) {
      if (n == 3) was_seen.wait();
      peer.send(test::good_answer());
    }
  });
  std::shared_ptr<const Summary> so_far;
  RunOptions options;
  options.snapshots = std::chrono::nanoseconds(1);
  options.progress = [&](const Progress& progress) {
    if (so_far || !progress.so_far || progress.so_far->ok != 3) return;
    so_far = progress.so_far;
    seen.set_value();
  };
  const RunResult result = run(plan_for(server.url(), {{ClosedLoop{1}, 10}}), options);
  REQUIRE(so_far);
  CHECK(so_far->e2e_ms()->count == 3);
  CHECK(so_far->stage.requests == 10);
  CHECK_FALSE(so_far->stopped_at);
  const auto is_of_accounts = [](const InvalidReason& reason) { return reason.code == "accounts"; };
  CHECK(std::ranges::none_of(so_far->invalid_reasons, is_of_accounts));
  CHECK(result.stages.at(0).ok == 10);
  CHECK(result.stages.at(0).e2e_ms()->count == 10);
}

}  // namespace loop_run_handle
