#include "workload/spec_of.hpp"

#include <string>

#include "llmload/error.hpp"
#include "workload/random.hpp"

namespace llmload::workload {
namespace {

// Seeds of their own, else all would be drawn as the prompts' lengths are.
constexpr std::uint64_t of_answers = 1, of_first_turns = 2, of_models = 3;

std::string described(const Conversation& c) {
  return "request " + std::to_string(c.index) +
         (c.turn == 0 ? "" : ", turn " + std::to_string(c.turn) + " of its conversation");
}

}  // namespace

Conversation conversation_of(const Plan& plan, const Stage& stage, std::size_t number, std::uint64_t index,
                             unsigned turn) {
  return {stage.salt.empty() ? plan.salt : stage.salt, number, index, stage.seed, turn};
}

std::shared_ptr<const RequestSpec> spec_of(const Plan& plan, const Conversation& conversation) {
  auto spec = plan.source->next(conversation);
  if (!spec) throw InputError("the plan's source gives nothing for " + described(conversation));
  return spec;
}

std::uint64_t number_of(const Conversation& conversation) {
  return conversation.turn == 0 ? conversation.index : mixed(conversation.index, conversation.turn);
}

unsigned max_tokens_of(const Plan& plan, const Conversation& conversation, const RequestSpec& spec) {
  if (spec.max_tokens) return *spec.max_tokens;
  const std::uint64_t number = number_of(conversation);
  const auto& seed = conversation.seed;
  return seed ? plan.max_tokens.seeded(mixed(*seed, of_answers))(number) : plan.max_tokens(number);
}

unsigned model_of(const Plan& plan, const Conversation& conversation) {
  if (plan.models.size() < 2) return 0;
  const std::uint64_t seed = mixed(conversation.seed.value_or(plan.models_seed), of_models);
  double all = 0;
  for (const ModelShare& model : plan.models) all += model.share;
  double left = all * Random(mixed(seed, conversation.index)).uniform();
  unsigned place = 0;
  while (place + 1 < plan.models.size() && left >= plan.models[place].share)
    left -= plan.models[place++].share;
  return place;
}

Turns turns_of(const Plan& plan, const Stage& stage, const Conversation& conversation) {
  if (plan.source->most_turns() == 1) return {};
  Turns turns{0, plan.source->turns(conversation)};
  if (turns.all == 0 || turns.all > plan.source->most_turns()) {
    throw InputError("the plan's source gives " + described(conversation) + ' ' + std::to_string(turns.all) +
                     " turns, which must be from 1 to " + std::to_string(plan.source->most_turns()));
  }
  const auto* const loop = std::get_if<ClosedLoop>(&stage.loop);
  if (loop == nullptr || conversation.index >= loop->concurrency) return turns;
  const std::uint64_t seed = mixed(conversation.seed.value_or(of_first_turns), of_first_turns);
  turns.first = static_cast<unsigned>(mixed(seed, conversation.index) % turns.all);
  return turns;
}

}  // namespace llmload::workload
