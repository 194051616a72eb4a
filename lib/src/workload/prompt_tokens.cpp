#include "workload/prompt_tokens.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "llmload/budget.hpp"
#include "workload/spec_of.hpp"

namespace llmload {

std::optional<std::uint64_t> count_prompt(const Plan& plan, const RequestSpec& spec) {
  if (spec.prompt_tokens || !plan.tokenizer) return spec.prompt_tokens;
  std::uint64_t tokens = 0;
  for (const Message& message : spec.messages) tokens += plan.tokenizer->count(message.text);
  return tokens;
}

std::optional<PromptLengths> prompt_lengths(const Plan& plan) {
  constexpr std::uint64_t enough = 1'000;
  PromptLengths lengths;
  lengths.of = plan.source->repeats_after();
  const std::uint64_t there = lengths.of.value_or(plan.source->ends_after().value_or(enough));
  lengths.counted = std::min(there, enough);
  std::vector<std::uint64_t> tokens;
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < lengths.counted; ++i) {
    const auto spec =
        workload::spec_of(plan, workload::conversation_of(plan, {}, 0, i * there / lengths.counted));
    const auto count = count_prompt(plan, *spec);
    if (!count) return std::nullopt;
    tokens.push_back(*count);
    sum += *count;
  }
  std::ranges::sort(tokens);
  const auto rank = [&](std::size_t percent) { return tokens[(tokens.size() * percent + 99) / 100 - 1]; };
  lengths.mean = static_cast<double>(sum) / static_cast<double>(lengths.counted);
  lengths.least = tokens.front();
  lengths.p50 = rank(50);
  lengths.p99 = rank(99);
  lengths.most = tokens.back();
  return lengths;
}

namespace workload {
namespace {

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
    for (const Message& message : spec.messages) charged += estimated_tokens(message.text);
  }
  return charged +
         tokens.system.value_or(sends_system_prompt(plan) ? estimated_tokens(plan.system_prompt) : 0);
}

}  // namespace workload
}  // namespace llmload
