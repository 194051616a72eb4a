#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>

#include "metrics/histogram.hpp"

namespace llmload::engine {

/// Watches one shard from begin() to end(): how late its loop comes to a timer that is due every 10 ms, and
/// how much of a core its thread uses. All calls are made on that thread, the readings also from another one
/// when it is idle.
class LoopProbe {
 public:
  explicit LoopProbe(boost::asio::io_context& io) : timer_(io) {}

  void begin();
  void end();

  [[nodiscard]] const metrics::Histogram& lag() const { return lag_; }  ///< ns
  [[nodiscard]] std::int64_t cpu_used() const { return cpu_used_; }     ///< ns

 private:
  void wait();

  boost::asio::steady_timer timer_;
  bool watching_ = false;
  metrics::Histogram lag_;
  std::int64_t cpu_at_begin_ = 0, cpu_used_ = 0;
};

}  // namespace llmload::engine
