#include "engine/session/waiting.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <thread>

#include "net/arrival_clock.hpp"
#include "support/catch.hpp"

namespace waiting_test {

namespace asio = boost::asio;
using namespace llmload;
using engine::Waiting;
using net::monotonic_now;

constexpr std::chrono::milliseconds ms(1);
constexpr std::chrono::hours hour(1);
constexpr auto patience = std::chrono::seconds(60);  // a bound for a test that fails, never waited for

struct Wait {
  template <class Result>
  Result finish(asio::awaitable<Result> wait) {
    std::optional<Result> result;
    asio::co_spawn(io, std::move(wait), [&](const std::exception_ptr& error, Result value) {
      if (error) std::rethrow_exception(error);
      result = std::move(value);
    });
    io.run_for(patience);
    io.restart();
    REQUIRE(result);
    return std::move(*result);
  }

  asio::io_context io;
  Waiting waiting{io.get_executor()};
};

TEST_CASE("a time is waited for") {
  Wait wait;
  const auto at = monotonic_now() + 2 * ms;
  CHECK(wait.finish(wait.waiting.until(at)));
  CHECK(monotonic_now() >= at);
  CHECK(wait.finish(wait.waiting.until(at)));
}

TEST_CASE("a word for somebody else does not shorten a wait for a time") {
  Wait wait;
  const auto at = monotonic_now() + 20 * ms;
  asio::post(wait.io, [&] { wait.waiting.wake(); });
  CHECK(wait.finish(wait.waiting.until(at)));
  CHECK(monotonic_now() >= at);
}

TEST_CASE("who is told to stop waits for no time any more") {
  Wait wait;
  asio::post(wait.io, [&] { wait.waiting.stop(); });
  CHECK_FALSE(wait.finish(wait.waiting.until(monotonic_now() + hour)));
  CHECK_FALSE(wait.finish(wait.waiting.until(monotonic_now() + hour)));
  CHECK_FALSE(wait.waiting.interruption());
}

TEST_CASE("a cancellation goes before a limit that has passed") {
  Wait wait;
  wait.waiting.arm({monotonic_now(), Outcome::tls_timeout});
  wait.io.run_for(patience);
  CHECK(wait.waiting.interruption() == Outcome::tls_timeout);
  wait.waiting.cancel();
  CHECK(wait.waiting.interruption() == Outcome::cancelled);
  CHECK(wait.waiting.stopped());
}

TEST_CASE("another thread's answer is waited for") {
  Wait wait;
  std::thread other;
  const auto ask = [&](auto give) {
    other = std::thread([give]() mutable { give(7); });
    return 0;
  };
  const auto never = [] { return false; };
  const auto work = asio::make_work_guard(wait.io);
  const auto wait_for_it = [&]() -> asio::awaitable<int> {
    const auto answer = co_await wait.waiting.answer<int>(ask, never);
    wait.io.stop();
    co_return *answer;
  };
  CHECK(wait.finish(wait_for_it()) == 7);
  other.join();
}

TEST_CASE("an answer that comes behind the end of who asked is of nobody") {
  Wait wait;
  std::function<void(int)> late;
  {
    Waiting waiting(wait.io.get_executor());
    const auto ask = [&](auto give) {
      late = give;
      return 0;
    };
    const auto over = [&] { return waiting.stopped(); };
    asio::post(wait.io, [&] { waiting.stop(); });
    CHECK_FALSE(wait.finish(waiting.answer<int>(ask, over)));
  }
  late(7);
  wait.io.run_for(patience);
}

}  // namespace waiting_test
