#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "llmload/plan.hpp"
#include "llmload/request_record.hpp"
#include "llmload/summary.hpp"

namespace llmload::engine {

/// What a run may take in all, over its stages, warm-ups and all: requests, tokens, money. Where one of these
/// is used up nothing more begins; what is under way ends as it would. Thread-safe.
class RunBudget {
 public:
  explicit RunBudget(const Plan& plan) : most_(plan.budget), price_(plan.price) {}

  /// Whether one more request may begin, which is counted. Where it may not the budget has ended the run.
  bool take();
  /// Likewise, without counting one: whether a stage is to begin.
  bool has_room();
  /// A request has ended. An answer whose tokens nobody counted is charged those that it might have had.
  void spend(const RequestRecord& record);

  /// It refused a request: the first limit that is used up, with what was used.
  [[nodiscard]] std::optional<InvalidReason> reached() const;
  /// So far, where the plan has a price.
  [[nodiscard]] std::optional<double> cost() const;

 private:
  [[nodiscard]] std::optional<InvalidReason> used_up() const;

  const Budget most_;
  const std::optional<Price> price_;
  std::atomic<std::uint64_t> requests_{0}, prompt_tokens_{0}, output_tokens_{0};
  std::atomic<bool> refused_{false};
};

}  // namespace llmload::engine
