#pragma once

#include <memory>
#include <optional>

#include "llmload/request_source.hpp"
#include "llmload/token_lengths.hpp"
#include "llmload/tokenizer.hpp"
#include "workload/random_prompts.hpp"
#include "workload/random_words.hpp"

namespace llmload::workload {

/// How a made-up conversation goes on behind its first turn.
struct TalkShape {
  TokenLengths turns = 1;
  TokenLengths user_tokens = 1;               ///< of each later turn
  std::optional<TokenLengths> think_ms = {};  ///< before it; empty: none
};

/// Conversations of random words: the first turns are those of a source of random prompts.
class RandomConversations : public RequestSource {
 public:
  /// Throws InputError where the vocabulary has no such words.
  RandomConversations(const ModelTokenizer& tokenizer, std::shared_ptr<const RandomPrompts> first,
                      const TalkShape& shape, std::uint64_t seed);

  [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& conversation) const override;
  [[nodiscard]] unsigned most_turns() const noexcept override { return shape_.turns.most(); }
  [[nodiscard]] unsigned turns(const Conversation& conversation) const override;
  [[nodiscard]] std::vector<Message> answer(const Conversation& conversation, unsigned tokens) const override;

 private:
  [[nodiscard]] TokenLengths of(const Conversation& conversation, const TokenLengths& law,
                                std::uint64_t of_law) const;

  const std::shared_ptr<const RandomPrompts> first_;
  const TalkShape shape_;
  const std::uint64_t seed_;
  const RandomWords words_;
};

}  // namespace llmload::workload
