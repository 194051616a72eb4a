// A user's program, with an Asio and macros of its own: it compiles in each of the ways of CMakeLists.txt.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <exception>
#include <future>
#include <llmload/async_run.hpp>
#include <string>
#include <utility>
#if BOOST_VERSION >= 107700
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#endif

#if defined(EXPECTED_BOOST_VERSION) && BOOST_VERSION != EXPECTED_BOOST_VERSION
#error "another Boost was found than the one that is to be tried"
#endif

namespace consumer {

namespace asio = boost::asio;
using llmload::async_run;

asio::awaitable<std::string> await_runs(llmload::Plan plan) {
  const auto executor = co_await asio::this_coro::executor;
  const llmload::RunOptions options;
  const llmload::RunResult result = co_await async_run(executor, plan, options, asio::use_awaitable);
  std::string words = result.ok() ? "ok" : "not ok";
#if BOOST_VERSION >= 107700
  const auto [error, other] =
      co_await async_run(executor, plan, options, asio::as_tuple(asio::use_awaitable));
  if (error || !other.ok()) words += ", the second not";
#endif
  co_return words;
}

std::future<llmload::RunResult> future_of(asio::io_context& io, llmload::Plan plan) {
  return async_run(io.get_executor(), std::move(plan), {}, asio::use_future);
}

void call_back(asio::io_context& io, llmload::Plan plan, bool& ended) {
  async_run(io.get_executor(), std::move(plan), {},
            [&ended](const std::exception_ptr& error, const llmload::RunResult& result) {
              ended = !error && result.ok();
            });
}

#if BOOST_VERSION >= 107700
void until(asio::cancellation_signal& stop, asio::io_context& io, llmload::Plan plan) {
  async_run(io.get_executor(), std::move(plan), {},
            asio::bind_cancellation_slot(stop.slot(), [](const std::exception_ptr&, llmload::RunResult) {}));
}
#endif

}  // namespace consumer
