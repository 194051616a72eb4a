#include "engine/loop_probe.hpp"

#include <chrono>
#include <ctime>
#include <fstream>

namespace llmload::engine {
namespace {

constexpr std::chrono::milliseconds interval{10};

ThreadTime time_of_this_thread() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  ThreadTime time{std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec, 0};
  std::int64_t ran = 0;  // up to the last tick of the scheduler only
  std::ifstream("/proc/thread-self/schedstat") >> ran >> time.waited;
  return time;
}

}  // namespace

void LoopProbe::begin() {
  watching_ = true;
  lag_ = {};
  at_begin_ = time_of_this_thread();
  timer_.expires_after(interval);
  wait();
}

void LoopProbe::end() {
  watching_ = false;
  const ThreadTime now = time_of_this_thread();
  time_ = {now.ran - at_begin_.ran, now.waited - at_begin_.waited};
  timer_.cancel();
}

void LoopProbe::wait() {
  timer_.async_wait([this](boost::system::error_code ec) {
    if (ec || !watching_) return;
    // A loop that was late for several was late for each: else a long stop would count as one.
    auto due = timer_.expiry();
    for (const auto now = std::chrono::steady_clock::now(); due <= now; due += interval)
      lag_.add(std::chrono::nanoseconds(now - due).count());
    timer_.expires_at(due);
    wait();
  });
}

}  // namespace llmload::engine
