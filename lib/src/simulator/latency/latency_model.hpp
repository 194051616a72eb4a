#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>

#include "llmload/simulator.hpp"
#include "net/arrival_clock.hpp"
#include "simulator/answers/output_text.hpp"

namespace llmload::simulator {

/// When one answer's tokens come.
class TokenClock {
 public:
  virtual ~TokenClock() = default;
  /// Waits until `count` tokens of the answer are there. `count` grows from call to call.
  virtual boost::asio::awaitable<void> until(unsigned count) = 0;
  /// When the last of them was meant to come; empty where the model has no such plan.
  [[nodiscard]] virtual std::optional<net::Time> due() const { return std::nullopt; }
};

struct Exchange;

/// How long the simulated model takes. docs/simulator.md has the closed forms.
class LatencyModel {
 public:
  virtual ~LatencyModel() = default;
  /// Of one answer. The model must outlive its clocks' until().
  virtual std::unique_ptr<TokenClock> begin(const Exchange& exchange) = 0;
};

std::unique_ptr<LatencyModel> make_fixed_model(const boost::asio::any_io_executor& executor,
                                               const SimulatorOptions& options);
std::unique_ptr<LatencyModel> make_batching_model(const boost::asio::any_io_executor& executor,
                                                  const SimulatorOptions& options);

/// One's own, which the options have. What that throws begin() throws.
std::unique_ptr<LatencyModel> make_function_model(const boost::asio::any_io_executor& executor,
                                                  const SimulatorOptions& options, const OutputText& text);

}  // namespace llmload::simulator
