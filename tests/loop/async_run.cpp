// async_run completes in the user's own context.
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <llmload/async_run.hpp>
#include <llmload/llmload.hpp>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"

namespace loop_async_run {

namespace asio = boost::asio;
using namespace llmload;
using test::plan_for;

/// Leaves each request without an answer, and says when the first is there.
struct SilentServer {
  std::promise<void> asked;
  std::atomic<bool> told{false};
  const test::ScriptedServer server{[this](test::Peer& peer, int) {
    peer.read_request();
    if (!told.exchange(true)) asked.set_value();
    peer.wait_for_end();
  }};
  Plan plan() const { return plan_for(server.url(), {{ClosedLoop{1}, 100}}); }
};

TEST_CASE("a callback is called once, on the context's thread") {
  const Simulator simulator(test::instant());
  asio::io_context io;
  std::vector<std::thread::id> threads;
  std::optional<RunResult> result;
  async_run(io.get_executor(), plan_for(simulator, {{ClosedLoop{2}, 20}}), RunOptions(),
            [&](const std::exception_ptr& error, RunResult r) {
              CHECK_FALSE(error);
              threads.push_back(std::this_thread::get_id());
              result = std::move(r);
            });
  CHECK_FALSE(result);
  io.run();
  REQUIRE(result);
  CHECK(result->stages.at(0).ok == 20);
  CHECK(threads == std::vector{std::this_thread::get_id()});
}

TEST_CASE("a coroutine awaits a run, and catches what a plan that can't be run throws") {
  const Simulator simulator(test::instant());
  asio::io_context io;
  std::optional<RunResult> result;
  std::string refused;
  const auto work = [&]() -> asio::awaitable<void> {
    const RunOptions options;
    const Plan plan = plan_for(simulator, {{ClosedLoop{1}, 5}});
    result = co_await async_run(io.get_executor(), plan, options, asio::use_awaitable);
    const Plan empty;
    try {
      (void)co_await async_run(io.get_executor(), empty, options, asio::use_awaitable);
    } catch (const InputError& error) {
      refused = error.what();
    }
    const auto [error, none] =
        co_await async_run(io.get_executor(), empty, options, asio::as_tuple(asio::use_awaitable));
    CHECK(error);
    CHECK(none.stages.empty());
  };
  asio::co_spawn(io, work, [](const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);
  });
  io.run();
  REQUIRE(result);
  CHECK(result->stages.at(0).ok == 5);
  CHECK_FALSE(refused.empty());
}

TEST_CASE("futures of several runs at once, in a pool of threads") {
  const Simulator simulator(test::instant());
  asio::thread_pool pool(4);
  std::vector<std::future<RunResult>> results;
  for (std::uint64_t i = 1; i <= 4; ++i)
    results.push_back(async_run(pool.get_executor(), plan_for(simulator, {{ClosedLoop{1}, 10 * i}}),
                                RunOptions(), asio::use_future));
  for (std::uint64_t i = 1; i <= 4; ++i) CHECK(results[i - 1].get().stages.at(0).ok == 10 * i);
  auto refused = async_run(pool.get_executor(), Plan(), RunOptions(), asio::use_future);
  pool.join();  // the promise's share of the error is gone with its thread
  CHECK_THROWS_AS(refused.get(), InputError);
}

TEST_CASE("the completion is on the handler's own executor") {
  const Simulator simulator(test::instant());
  asio::io_context io;
  asio::thread_pool pool(1);
  std::promise<std::thread::id> where;
  async_run(io.get_executor(), plan_for(simulator, {{ClosedLoop{1}, 1}}), RunOptions(),
            asio::bind_executor(pool.get_executor(), [&](const std::exception_ptr&, const RunResult&) {
              where.set_value(std::this_thread::get_id());
            }));
  io.run();
  CHECK(where.get_future().get() != std::this_thread::get_id());
  pool.join();
}

TEST_CASE("a cancellation drains the run, and completes with what there is") {
  SilentServer silent;
  asio::io_context io;
  asio::cancellation_signal signal;
  std::optional<RunResult> result;
  async_run(io.get_executor(), silent.plan(), RunOptions(),
            asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr& error, RunResult r) {
              CHECK_FALSE(error);
              result = std::move(r);
            }));
  std::thread canceller([&, asked = silent.asked.get_future()] {
    asked.wait();
    asio::post(io, [&] { signal.emit(asio::cancellation_type::partial); });
  });
  io.run();
  canceller.join();
  REQUIRE(result);
  CHECK(result->interrupted);
  CHECK(result->stages.at(0).begun == 1);
}

TEST_CASE("a context that ends before the run stops it, and completes nothing") {
  SilentServer silent;
  bool completed = false;
  std::shared_ptr<int> kept = std::make_shared<int>(0);
  {
    asio::io_context io;
    async_run(io.get_executor(), silent.plan(), RunOptions(),
              [&completed, kept](const std::exception_ptr&, const RunResult&) { completed = true; });
    silent.asked.get_future().wait();
    io.poll();
  }
  CHECK_FALSE(completed);
  CHECK(kept.use_count() == 1);
}

TEST_CASE("a context that ends just as its run does is met in any order") {
  const Simulator simulator(test::instant());
  const Plan plan = plan_for(simulator, {{ClosedLoop{1}, 1}});
  for (int i = 0; i < 50; ++i) {
    asio::io_context io;
    Run other(plan);  // about as long
    async_run(io.get_executor(), plan, RunOptions(), [](const std::exception_ptr&, const RunResult&) {});
    other.wait();
  }
}

}  // namespace loop_async_run
