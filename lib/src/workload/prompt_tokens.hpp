#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "llmload/plan.hpp"

namespace llmload::workload {

/// Tokens of what one request asks, by the source or the plan's tokenizer. Empty where neither says.
struct PromptTokens {
  std::optional<std::uint64_t> prompt;       ///< of all messages
  std::optional<std::uint64_t> system;       ///< of the plan's system prompt; empty also where none is sent
  std::optional<std::uint64_t> shared = {};  ///< of the prompt's (RequestSpec::shared_tokens)
};

/// What a text is taken for where nobody counts it: a quarter of its bytes.
inline std::uint64_t estimated_tokens(std::string_view text) { return text.size() / 4 + 1; }

/// Throws what the tokenizer throws.
std::optional<std::uint64_t> count_system_prompt(const Plan& plan);

/// What a quota is charged for `spec`, beside max_tokens: its tokens; where they are not known, a quarter of
/// the bytes.
std::uint64_t charged_tokens(const Plan& plan, const RequestSpec& spec, const PromptTokens& tokens);

}  // namespace llmload::workload
