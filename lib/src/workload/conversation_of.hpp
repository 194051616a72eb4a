#pragma once

#include <cstddef>
#include <cstdint>

#include "llmload/plan.hpp"
#include "workload/random.hpp"

namespace llmload::workload {

/// What request `index` of `stage`, the run's number `number`, is a part of. It lives as long as both.
inline Conversation conversation_of(const Plan& plan, const Stage& stage, std::size_t number,
                                    std::uint64_t index) {
  return {stage.salt.empty() ? plan.salt : stage.salt, number, index, stage.seed};
}

/// How many tokens it asks for, where its source does not say.
inline unsigned max_tokens_of(const Plan& plan, const Stage& stage, std::uint64_t index) {
  constexpr std::uint64_t of_answers = 1;  // else they would be drawn as the prompts' lengths are
  return stage.seed ? plan.max_tokens.seeded(mixed(*stage.seed, of_answers))(index) : plan.max_tokens(index);
}

}  // namespace llmload::workload
