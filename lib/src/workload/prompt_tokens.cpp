#include "workload/prompt_tokens.hpp"

#include <string_view>

#include "llmload/budget.hpp"

namespace llmload {

std::optional<std::uint64_t> count_prompt(const Plan& plan, const RequestSpec& spec) {
  if (spec.prompt_tokens || !plan.tokenizer) return spec.prompt_tokens;
  std::uint64_t tokens = 0;
  for (const Message& message : spec.messages) tokens += plan.tokenizer->count(message.text);
  return tokens;
}

namespace workload {
namespace {

std::uint64_t estimated(std::string_view text) { return text.size() / 4 + 1; }

bool sends_system_prompt(const Plan& plan) {
  return dialect_of(plan).has_roles() && !plan.system_prompt.empty();
}

}  // namespace

std::optional<std::uint64_t> count_system_prompt(const Plan& plan) {
  if (!plan.tokenizer || !sends_system_prompt(plan)) return std::nullopt;
  return plan.tokenizer->count(plan.system_prompt);
}

std::uint64_t charged_tokens(const Plan& plan, const RequestSpec& spec, const PromptTokens& tokens) {
  std::uint64_t charged = tokens.prompt.value_or(0);
  if (!tokens.prompt) {
    for (const Message& message : spec.messages) charged += estimated(message.text);
  }
  return charged + tokens.system.value_or(sends_system_prompt(plan) ? estimated(plan.system_prompt) : 0);
}

}  // namespace workload
}  // namespace llmload
