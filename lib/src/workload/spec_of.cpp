#include "workload/spec_of.hpp"

#include <string>

#include "llmload/error.hpp"
#include "workload/random.hpp"

namespace llmload::workload {

std::shared_ptr<const RequestSpec> spec_of(const Plan& plan, const Stage& stage, std::size_t number,
                                           std::uint64_t index) {
  const Conversation conversation{stage.salt.empty() ? plan.salt : stage.salt, number, index, stage.seed};
  auto spec = plan.source->next(conversation);
  if (!spec) throw InputError("the plan's source gives nothing for request " + std::to_string(index));
  return spec;
}

unsigned max_tokens_of(const Plan& plan, const Stage& stage, const RequestSpec& spec, std::uint64_t index) {
  constexpr std::uint64_t of_answers = 1;  // else they would be drawn as the prompts' lengths are
  if (spec.max_tokens) return *spec.max_tokens;
  return stage.seed ? plan.max_tokens.seeded(mixed(*stage.seed, of_answers))(index) : plan.max_tokens(index);
}

}  // namespace llmload::workload
