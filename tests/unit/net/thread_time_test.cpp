#include "net/thread_time.hpp"

#include <ctime>

#include "net/arrival_clock.hpp"
#include "support/catch.hpp"

namespace thread_time_test {

using namespace llmload::net;

/// For a few milliseconds, which is what the thread does here.
void sleep() {
  const timespec time{0, 3'000'000};
  ::nanosleep(&time, nullptr);
}

void run() {
  const auto until = monotonic_now() + std::chrono::milliseconds(3);
  while (monotonic_now() < until) {
  }
}

constexpr std::chrono::hours an_hour{1};

TEST_CASE("a thread that runs is busy for as long as it runs, and one that sleeps is not") {
  const ThreadTime begin = time_of_this_thread();
  run();
  const ThreadTime ran = time_of_this_thread();
  CHECK(ran.busy() > begin.busy());
  const auto before = monotonic_now();
  sleep();
  const auto ran_meanwhile = time_of_this_thread().ran - ran.ran;
  CHECK(ran_meanwhile < monotonic_now() - before);  // and not a fixed time: a busy machine takes its own
}

TEST_CASE("a bound of the last sleep is behind the tick, and not behind the sleep's end") {
  SleepBound bound;
  const auto begin = monotonic_now();
  bound.tick(an_hour);
  run();
  sleep();
  const auto woke = monotonic_now();
  run();
  const auto end = bound.last_sleep();
  if (!end) return;  // this kernel does not tell how long a thread waits for a core, or it never has
  CHECK(*end > begin);
  CHECK(*end <= woke);
}

TEST_CASE("where the loop's timer is overdue, or nobody watches, no sleep is told of") {
  SleepBound bound;
  sleep();
  CHECK_FALSE(bound.last_sleep());
  bound.tick({});  // it was due before the sleep: the process may have been stopped
  sleep();
  CHECK_FALSE(bound.last_sleep());
  bound.tick(an_hour);
  bound.stop();
  sleep();
  CHECK_FALSE(bound.last_sleep());
}

}  // namespace thread_time_test
