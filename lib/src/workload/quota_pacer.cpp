#include "workload/quota_pacer.hpp"

namespace llmload::workload {

std::uint64_t charged_prompt_tokens(const Plan& plan, std::string_view prompt) {
  const bool chat = plan.endpoints.empty() || plan.endpoints.front().api == Api::chat;
  const std::string_view system = chat ? std::string_view(plan.system_prompt) : std::string_view();
  if (!plan.tokenizer) return (prompt.size() + system.size()) / 4 + 1;
  return plan.tokenizer->count(prompt) + (system.empty() ? 0 : plan.tokenizer->count(system));
}

}  // namespace llmload::workload
