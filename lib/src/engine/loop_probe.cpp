#include "engine/loop_probe.hpp"

#include <algorithm>
#include <chrono>

#include "metrics/record_facts.hpp"
#include "metrics/stores/percentile.hpp"

namespace llmload::engine {
namespace {

using namespace std::chrono_literals;

constexpr auto interval = 10ms;
constexpr auto shortest = 100ms;  // of a time that is told; a shard without work ends at once

}  // namespace

void LoopProbe::begin() {
  watching_ = true;
  lag_ = {};
  at_begin_ = at_second_ = net::time_of_this_thread();
  began_ = second_began_ = net::monotonic_now();
  seconds_.clear();
  timer_.expires_after(interval);
  sleep_.tick(interval);
  wait();
}

void LoopProbe::end() {
  watching_ = false;
  sleep_.stop();
  const net::ThreadTime now = net::time_of_this_thread();
  time_ = {now.ran - at_begin_.ran, now.waited - at_begin_.waited};
  const std::chrono::nanoseconds lasted = net::monotonic_now() - began_;
  if (seconds_.empty() && lasted >= shortest) seconds_.push_back(metrics::ratio(time_.busy(), lasted));
  timer_.cancel();
}

double LoopProbe::busy() const {
  if (seconds_.empty()) return 0;
  std::vector<double> sorted = seconds_;
  std::ranges::sort(sorted);
  return metrics::percentile(sorted, 0.99);
}

void LoopProbe::mark_second(net::Time now) {
  const net::ThreadTime time = net::time_of_this_thread();
  seconds_.push_back(metrics::ratio(time.busy() - at_second_.busy(), now - second_began_));
  at_second_ = time;
  second_began_ = now;
}

void LoopProbe::wait() {
  timer_.async_wait([this](boost::system::error_code ec) {
    if (ec || !watching_) return;
    // A loop that was late for several was late for each: else a long stop would count as one.
    auto due = timer_.expiry();
    const net::Time now = net::monotonic_now();
    for (; due <= now; due += interval) lag_.add(now - due);
    timer_.expires_at(due);
    sleep_.tick(interval);
    if (const net::Time second = net::monotonic_now(); second - second_began_ >= 1s) mark_second(second);
    wait();
  });
}

}  // namespace llmload::engine
