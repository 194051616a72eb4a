#include "engine/loop_probe.hpp"

#include <chrono>
#include <ctime>

namespace llmload::engine {
namespace {

constexpr std::chrono::milliseconds interval{10};

std::int64_t thread_cpu() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

}  // namespace

void LoopProbe::begin() {
  watching_ = true;
  lag_ = {};
  cpu_at_begin_ = thread_cpu();
  timer_.expires_after(interval);
  wait();
}

void LoopProbe::end() {
  watching_ = false;
  cpu_used_ = thread_cpu() - cpu_at_begin_;
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
