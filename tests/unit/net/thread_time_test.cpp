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
  const std::int64_t until = monotonic_now() + 3'000'000;
  while (monotonic_now() < until) {
  }
}

constexpr std::int64_t an_hour = 3'600'000'000'000;

TEST_CASE("a thread that runs is busy for as long as it runs, and one that sleeps is not") {
  const ThreadTime begin = time_of_this_thread();
  run();
  const ThreadTime ran = time_of_this_thread();
  CHECK(ran.busy() > begin.busy());
  sleep();
  CHECK(time_of_this_thread().ran - ran.ran < 3'000'000);
}

TEST_CASE("a bound of the last sleep is behind the tick, and not behind the sleep's end") {
  SleepBound bound;
  const std::int64_t begin = monotonic_now();
  bound.tick(an_hour);
  run();
  sleep();
  const std::int64_t woke = monotonic_now();
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
  bound.tick(0);  // it was due before the sleep: the process may have been stopped
  sleep();
  CHECK_FALSE(bound.last_sleep());
  bound.tick(an_hour);
  bound.stop();
  sleep();
  CHECK_FALSE(bound.last_sleep());
}

}  // namespace thread_time_test
