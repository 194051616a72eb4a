#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "llmload/plan.hpp"

namespace llmload::workload {

/// Of a quota. What is left pays for a window of the server's that begins between two of our requests, and
/// for those that arrive closer together than they were sent.
inline constexpr double used_share = 0.97;

/// Spaces requests evenly, whoever sends them, so that they stay under a quota however short the windows are
/// over which the server counts. Thread-safe.
class QuotaPacer {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit QuotaPacer(const Quota& quota) : quota_(quota) {}

  /// Takes the next free time for a request that is charged `tokens`: not before `now`.
  Time reserve(std::uint64_t tokens, Time now) {
    const std::chrono::nanoseconds takes = cost(tokens + beyond_prompt_.load(std::memory_order_relaxed));
    Time free = free_at_.load(std::memory_order_relaxed);
    Time at = std::max(free, now);
    while (!free_at_.compare_exchange_weak(free, at + takes, std::memory_order_relaxed))
      at = std::max(free, now);
    return at;
  }

  /// The server counted `usage` tokens in a prompt that was charged `charged`: the difference (a chat
  /// template's) is charged from here on, too, as far as it can be believed.
  void learn(std::uint64_t charged, std::uint64_t usage) {
    const std::uint64_t beyond = usage - std::min(usage, charged);
    beyond_prompt_.store(std::min(beyond, charged + most_beyond), std::memory_order_relaxed);
  }

  /// The time until the next request after one that is charged `tokens`.
  [[nodiscard]] std::chrono::nanoseconds cost(std::uint64_t tokens) const {
    constexpr double minute = 60e9 / used_share;
    const auto share = [](double used, const std::optional<std::uint64_t>& of) {
      return of ? used / static_cast<double>(*of) : 0;
    };
    const double minutes = std::max(share(1, quota_.requests_per_minute),
                                    share(static_cast<double>(tokens), quota_.tokens_per_minute));
    return std::chrono::nanoseconds(static_cast<std::int64_t>(minute * std::min(minutes, most_minutes)));
  }

 private:
  static constexpr std::uint64_t most_beyond = 1'024;  // tokens, beside as many as the prompt has
  static constexpr double most_minutes = 60;           // that one request may take of the quota
  const Quota quota_;
  std::atomic<Time> free_at_{Time()};
  std::atomic<std::uint64_t> beyond_prompt_{0};
};

}  // namespace llmload::workload
