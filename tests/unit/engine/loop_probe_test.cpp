#include "engine/loop_probe.hpp"

#include <boost/asio/post.hpp>
#include <chrono>
#include <ctime>

#include "support/catch.hpp"

namespace loop_probe_test {

using llmload::engine::LoopProbe;
namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Keeps the loop's thread from running anything else, and busy, for at least so long.
void block(milliseconds time) {
  for (const auto until = Clock::now() + time; Clock::now() < until;) {
  }
}

/// Runs `io` until the probe's timer has come `ticks` times or more, then ends the probe.
void run_until(asio::io_context& io, LoopProbe& probe, std::uint64_t ticks) {
  while (probe.lag().count() < ticks) io.run_one();
  probe.end();
  io.run();
}

TEST_CASE("a loop that was kept from running is late for each tick that it missed") {
  asio::io_context io;
  llmload::net::SleepBound sleep;
  LoopProbe probe(io, sleep);
  probe.begin();
  asio::post(io, [] { block(milliseconds(105)); });
  run_until(io, probe, 1);
  const auto lag = *probe.lag().distribution_ms();
  CHECK(lag.count >= 10);  // due at 10, 20 ... 100 ms
  CHECK(lag.max >= 95);
  CHECK(lag.max - lag.min >= 89.9);  // 10 ms from each to the next
  CHECK(lag.mean >= 50);
}

TEST_CASE("a probe ticks on after it was late") {
  asio::io_context io;
  llmload::net::SleepBound sleep;
  LoopProbe probe(io, sleep);
  probe.begin();
  asio::post(io, [] { block(milliseconds(35)); });
  while (probe.lag().count() < 3) io.run_one();
  run_until(io, probe, probe.lag().count() + 2);
}

TEST_CASE("a probe measures the CPU time of its thread") {
  asio::io_context io;
  llmload::net::SleepBound sleep;
  LoopProbe probe(io, sleep);
  probe.begin();
  timespec before{}, after{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
  do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
  while ((after.tv_sec - before.tv_sec) * 1'000'000'000 + (after.tv_nsec - before.tv_nsec) < 20'000'000);
  probe.end();
  CHECK(probe.time().ran >= std::chrono::milliseconds(20));
}

TEST_CASE("a probe that watched for a moment only tells no busy share") {
  asio::io_context io;
  llmload::net::SleepBound sleep;
  LoopProbe probe(io, sleep);
  probe.begin();
  probe.end();
  CHECK(probe.busy() == 0);
}

TEST_CASE("a probe that has ended counts no more, and begins anew with nothing") {
  asio::io_context io;
  llmload::net::SleepBound sleep;
  LoopProbe probe(io, sleep);
  probe.begin();
  run_until(io, probe, 1);
  const auto ticks = probe.lag().count();
  io.restart();
  block(milliseconds(25));
  io.run();
  CHECK(probe.lag().count() == ticks);
  probe.begin();
  CHECK(probe.lag().count() == 0);
  probe.end();
}

}  // namespace loop_probe_test
