#include "workload/random_conversations.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "workload/random.hpp"
#include "workload/spec_of.hpp"

namespace llmload::workload {
namespace {

// Each law draws from a seed of its own.
constexpr std::uint64_t of_turns = 1, of_user_tokens = 2, of_think = 3;

}  // namespace

RandomConversations::RandomConversations(const ModelTokenizer& tokenizer,
                                         std::shared_ptr<const RandomPrompts> first, const TalkShape& shape,
                                         std::uint64_t seed)
    : first_(std::move(first)), shape_(shape), seed_(seed), words_(tokenizer) {}

TokenLengths RandomConversations::of(const Conversation& conversation, const TokenLengths& law,
                                     std::uint64_t of_law) const {
  return law.seeded(mixed(conversation.seed.value_or(seed_), of_law));
}

std::shared_ptr<const RequestSpec> RandomConversations::next(const Conversation& conversation) const {
  if (conversation.turn == 0) return first_->next(conversation);
  const std::uint64_t number = number_of(conversation);
  const std::uint64_t seed = salted(conversation.seed.value_or(seed_), conversation.salt);
  const unsigned tokens = of(conversation, shape_.user_tokens, of_user_tokens)(number);
  std::string text;
  words_.append(text, number, mixed(mixed(seed, conversation.stage), number), tokens);
  RequestSpec spec = ask(std::move(text));
  spec.prompt_tokens = tokens;
  if (shape_.think_ms)
    spec.think = std::chrono::milliseconds(of(conversation, *shape_.think_ms, of_think)(number));
  return std::make_shared<const RequestSpec>(std::move(spec));
}

unsigned RandomConversations::turns(const Conversation& conversation) const {
  return of(conversation, shape_.turns, of_turns)(conversation.index);
}

std::vector<Message> RandomConversations::answer(const Conversation& conversation, unsigned tokens) const {
  const std::uint64_t number = number_of(conversation);
  const std::uint64_t seed = salted(conversation.seed.value_or(seed_), conversation.salt);
  std::string text;
  words_.append(text, number, mixed(mixed(seed, conversation.stage), ~number), tokens);
  return {{"assistant", std::move(text)}};
}

}  // namespace llmload::workload
