#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <utility>

#include "llmload/plan.hpp"
#include "workload/prompt_tokens.hpp"

namespace llmload::engine {

/// Counts what requests ask, with the plan's tokenizer. Used by one thread.
class PromptCounter {
 public:
  /// The plan must outlive it.
  explicit PromptCounter(const Plan& plan) : plan_(plan) {}

  /// Empty where the tokenizer throws; that comes out of here where a quota needs its counts.
  workload::PromptTokens count(const RequestSpec& spec);
  /// What it threw first, where no quota needs its counts. Empties it.
  std::exception_ptr take_uncounted() { return std::exchange(uncounted_, nullptr); }

 private:
  const Plan& plan_;
  std::optional<std::optional<std::uint64_t>> system_tokens_;  // once they are counted
  std::exception_ptr uncounted_;
};

}  // namespace llmload::engine
