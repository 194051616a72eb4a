#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <vector>

#include "metrics/stores/histogram.hpp"
#include "net/arrival_clock.hpp"
#include "net/thread_time.hpp"

namespace llmload::engine {

/// Watches one shard from begin() to end(): how late its loop comes to a timer that is due every 10 ms, and
/// what its thread did with its time. All calls are made on that thread, the readings also from another one
/// when it is idle.
class LoopProbe {
 public:
  /// `sleep`, which must outlive it, is told of each tick.
  LoopProbe(boost::asio::io_context& io, net::SleepBound& sleep) : timer_(io), sleep_(sleep) {}

  void begin();
  void end();

  [[nodiscard]] const metrics::Histogram& lag() const { return lag_; }
  [[nodiscard]] const net::ThreadTime& time() const { return time_; }
  /// The p99 over its seconds (of a shorter time, that time's) of the part in which the thread ran or waited;
  /// 0 where it watched for less than 0.1 s.
  [[nodiscard]] double busy() const;

 private:
  void wait();

  boost::asio::steady_timer timer_;
  net::SleepBound& sleep_;
  bool watching_ = false;
  metrics::Histogram lag_;
  void mark_second(net::Time now);
  net::ThreadTime at_begin_, at_second_, time_;
  net::Time began_, second_began_;
  std::vector<double> seconds_;  // the busy part of each
};

}  // namespace llmload::engine
