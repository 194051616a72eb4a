#include "engine/loop_probe.hpp"

#include <algorithm>
#include <chrono>

#include "metrics/stores/percentile.hpp"
#include "net/arrival_clock.hpp"

namespace llmload::engine {
namespace {

constexpr std::chrono::milliseconds interval{10};
constexpr std::int64_t shortest =
    net::ns_per_second / 10;  // of a time that is told; a shard without work ends at once

}  // namespace

void LoopProbe::begin() {
  watching_ = true;
  lag_ = {};
  at_begin_ = at_second_ = net::time_of_this_thread();
  began_ = second_began_ = net::monotonic_now();
  seconds_.clear();
  timer_.expires_after(interval);
  sleep_.tick(std::chrono::nanoseconds(interval).count());
  wait();
}

void LoopProbe::end() {
  watching_ = false;
  sleep_.stop();
  const net::ThreadTime now = net::time_of_this_thread();
  time_ = {now.ran - at_begin_.ran, now.waited - at_begin_.waited};
  const std::int64_t lasted = net::monotonic_now() - began_;
  if (seconds_.empty() && lasted >= shortest)
    seconds_.push_back(static_cast<double>(time_.ran + time_.waited) / static_cast<double>(lasted));
  timer_.cancel();
}

double LoopProbe::busy() const {
  if (seconds_.empty()) return 0;
  std::vector<double> sorted = seconds_;
  std::ranges::sort(sorted);
  return metrics::percentile(sorted, 0.99);
}

void LoopProbe::mark_second(std::int64_t now) {
  const net::ThreadTime time = net::time_of_this_thread();
  const std::int64_t busy = time.ran - at_second_.ran + time.waited - at_second_.waited;
  seconds_.push_back(static_cast<double>(busy) / static_cast<double>(now - second_began_));
  at_second_ = time;
  second_began_ = now;
}

void LoopProbe::wait() {
  timer_.async_wait([this](boost::system::error_code ec) {
    if (ec || !watching_) return;
    // A loop that was late for several was late for each: else a long stop would count as one.
    auto due = timer_.expiry();
    for (const auto now = std::chrono::steady_clock::now(); due <= now; due += interval)
      lag_.add(std::chrono::nanoseconds(now - due).count());
    timer_.expires_at(due);
    sleep_.tick(std::chrono::nanoseconds(interval).count());
    if (const std::int64_t now = net::monotonic_now(); now - second_began_ >= net::ns_per_second)
      mark_second(now);
    wait();
  });
}

}  // namespace llmload::engine
