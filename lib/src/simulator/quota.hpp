#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "net/arrival_clock.hpp"

namespace llmload::simulator {

/// What may be used in a window of 10 s: a sixth of the minute's, rounded down, but at least 1.
class WindowBudget {
 public:
  /// Empty: without a limit.
  explicit WindowBudget(std::optional<std::uint64_t> per_minute);

  [[nodiscard]] bool is_limited() const { return per_minute_.has_value(); }
  [[nodiscard]] bool has(std::uint64_t amount) const { return !is_limited() || amount <= window_ - used_; }
  void use(std::uint64_t amount) { used_ += is_limited() ? amount : 0; }
  void renew() { used_ = 0; }

  [[nodiscard]] std::uint64_t per_minute() const { return per_minute_.value_or(0); }
  [[nodiscard]] std::uint64_t remaining() const { return window_ - used_; }
  [[nodiscard]] double used_share() const;  ///< 0 without a limit

 private:
  std::optional<std::uint64_t> per_minute_;
  std::uint64_t window_;
  std::uint64_t used_ = 0;
};

/// Quotas as Azure enforces them: a request is charged its prompt and max_tokens when it comes, over windows
/// of 10 s that follow one another from `start`. docs/simulator.md has the rules.
class Quota {
 public:
  Quota(std::optional<std::uint64_t> tokens_per_minute, std::optional<std::uint64_t> requests_per_minute,
        net::Time start)
      : tokens_(tokens_per_minute), requests_(requests_per_minute), window_begin_(start) {}

  enum class Verdict { admitted, no_tokens, no_requests };
  /// Charges a request of `tokens` that comes at `now`, or refuses it, which is free. `now` never goes back.
  Verdict charge(std::uint64_t tokens, net::Time now);

  [[nodiscard]] bool is_limited() const { return tokens_.is_limited() || requests_.is_limited(); }
  /// From `now` to the next window.
  [[nodiscard]] std::chrono::nanoseconds until_renewed(net::Time now) const;

  // Header lines, each with its line end; "" without a limit.
  [[nodiscard]] std::string rate_limit_fields() const;  ///< x-ratelimit-*, after the last charge
  [[nodiscard]] std::string utilization_field() const;  ///< the larger share of both budgets

 private:
  WindowBudget tokens_, requests_;
  net::Time window_begin_;
};

/// The header lines retry-after and retry-after-ms, rounded up.
std::string retry_fields(std::chrono::nanoseconds wait);
std::chrono::seconds whole_seconds(std::chrono::nanoseconds wait);  ///< rounded up

}  // namespace llmload::simulator
