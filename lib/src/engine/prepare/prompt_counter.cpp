#include "engine/prepare/prompt_counter.hpp"

#include "llmload/budget.hpp"

namespace llmload::engine {

workload::PromptTokens PromptCounter::count(const RequestSpec& spec) {
  try {
    if (!system_tokens_) system_tokens_ = workload::count_system_prompt(plan_);
    return {count_prompt(plan_, spec), *system_tokens_, spec.shared_tokens};
  } catch (...) {
    if (plan_.quota) throw;
    if (!uncounted_) uncounted_ = std::current_exception();
    return {};
  }
}

}  // namespace llmload::engine
