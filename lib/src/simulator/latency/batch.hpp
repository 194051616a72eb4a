#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "llmload/simulator.hpp"
#include "net/arrival_clock.hpp"

namespace llmload::simulator {

/// An answer in the batch, or in the queue before it.
struct BatchMember {
  unsigned wanted = 0;   // tokens
  unsigned emitted = 0;  // by the steps so far
};

/// Continuous batching: a step gives each member a token; who is done leaves, who waits joins, between steps.
/// Knows no clock: whoever has one says when a member joins, and ends each step when it is over.
class Batch {
 public:
  /// Takes max_batch, step_base and step_per_stream of `options`, which must outlive it.
  explicit Batch(const SimulatorOptions& options) : options_(options) {}

  /// A step begins at once where there is none.
  void join(std::shared_ptr<BatchMember> member, net::Time now);
  /// When the step under way is over; empty where nobody is in the batch.
  [[nodiscard]] std::optional<net::Time> step_ends() const;
  /// Gives each member its token and begins the next step, at the time at which this one was to end, so that
  /// lateness does not add up. Returns who was in the batch.
  std::vector<std::shared_ptr<BatchMember>> end_step();

 private:
  void begin_step(net::Time at);

  const SimulatorOptions& options_;
  net::Time step_ends_;
  std::vector<std::shared_ptr<BatchMember>> members_;
  std::deque<std::shared_ptr<BatchMember>> queue_;
};

}  // namespace llmload::simulator
