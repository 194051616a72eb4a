#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "llmload/plan.hpp"

namespace llmload::workload {

/// Of a quota. What is left pays for a window of the server's that begins between two of our requests, and
/// for those that arrive closer together than they were sent.
inline constexpr double used_share = 0.97;

/// Spaces requests evenly, whoever sends them, so that they stay under a quota however short the windows are
/// over which the server counts. Thread-safe.
class QuotaPacer {
 public:
  explicit QuotaPacer(const Quota& quota) : quota_(quota) {}

  /// Takes the next free time for a request that is charged `tokens`: not before `now`, in ns of the same
  /// clock.
  std::int64_t reserve(std::uint64_t tokens, std::int64_t now) {
    const std::int64_t takes = cost(tokens + beyond_prompt_.load(std::memory_order_relaxed));
    std::int64_t free = free_at_.load(std::memory_order_relaxed);
    std::int64_t at = std::max(free, now);
    while (!free_at_.compare_exchange_weak(free, at + takes, std::memory_order_relaxed))
      at = std::max(free, now);
    return at;
  }

  /// The server counts so many tokens beyond a prompt's own: they are charged from here on, too.
  void learn(std::uint64_t beyond_prompt) {
    auto known = beyond_prompt_.load(std::memory_order_relaxed);
    while (known < beyond_prompt &&
           !beyond_prompt_.compare_exchange_weak(known, beyond_prompt, std::memory_order_relaxed)) {
    }
  }

  /// ns until the next request after one that is charged `tokens`.
  [[nodiscard]] std::int64_t cost(std::uint64_t tokens) const {
    constexpr double minute = 60e9 / used_share;
    const auto share = [](double used, std::uint64_t of) {
      return of == 0 ? 0 : used / static_cast<double>(of);
    };
    return static_cast<std::int64_t>(minute *
                                     std::max(share(1, quota_.requests_per_minute),
                                              share(static_cast<double>(tokens), quota_.tokens_per_minute)));
  }

 private:
  const Quota quota_;
  std::atomic<std::int64_t> free_at_{0};
  std::atomic<std::uint64_t> beyond_prompt_{0};
};

/// The prompt's tokens that a quota is charged: by the tokenizer, with the system prompt's; without one, a
/// quarter of the bytes.
std::uint64_t charged_prompt_tokens(const Plan& plan, std::string_view prompt);

}  // namespace llmload::workload
