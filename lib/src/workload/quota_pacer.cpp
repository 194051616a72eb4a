#include "workload/quota_pacer.hpp"

namespace llmload::workload {

std::uint64_t charged_tokens(const Plan& plan, std::string_view prompt) {
  return plan.tokenizer ? plan.tokenizer->count(prompt) : prompt.size() / 4 + 1;
}

std::uint64_t charged_system_tokens(const Plan& plan) {
  const bool chat = plan.endpoints.empty() || plan.endpoints.front().api == Api::chat;
  return chat && !plan.system_prompt.empty() ? charged_tokens(plan, plan.system_prompt) : 0;
}

}  // namespace llmload::workload
