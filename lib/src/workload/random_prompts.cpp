#include "workload/random_prompts.hpp"

#include <cmath>
#include <utility>

#include "workload/random.hpp"

namespace llmload::workload {

RandomPrompts::RandomPrompts(const ModelTokenizer& tokenizer, const TokenLengths& lengths, bool unique,
                             std::uint64_t seed, std::shared_ptr<const PrefixPool> prefixes)
    : lengths_(lengths), unique_(unique), seed_(seed), prefixes_(std::move(prefixes)), words_(tokenizer) {
  if (unique_) return;
  for (Random random(seed_); ends_.size() < lengths_.most();) {
    text_ += words_.word(random.next()).substr(ends_.empty() ? 1 : 0);
    ends_.push_back(text_.size());
  }
  if (lengths_.least() == lengths_.most()) same_ = next({});
}

double RandomPrompts::possible() const {
  return std::pow(static_cast<double>(words_.size()), static_cast<double>(lengths_.least()));
}

std::shared_ptr<const RequestSpec> RandomPrompts::next(const Conversation& conversation) const {
  if (same_) return same_;
  const TokenLengths lengths = conversation.seed ? lengths_.seeded(*conversation.seed) : lengths_;
  const std::size_t tokens = lengths(conversation.index);
  RequestSpec spec = ask(prompt(conversation, tokens));
  spec.prompt_tokens = tokens;
  if (!unique_) return std::make_shared<const RequestSpec>(std::move(spec));
  const unsigned of_prefix = prefixes_ ? prefixes_->tokens() : 0;
  *spec.prompt_tokens += of_prefix;
  const bool is_shared = prefixes_ && prefixes_->is_used_before(seed_of(conversation), conversation.index);
  spec.shared_tokens = is_shared ? of_prefix : 0;
  return std::make_shared<const RequestSpec>(std::move(spec));
}

std::uint64_t RandomPrompts::seed_of(const Conversation& conversation) const {
  return conversation.seed.value_or(seed_);
}

std::string RandomPrompts::prompt(const Conversation& conversation, std::size_t tokens) const {
  if (!unique_) return text_.substr(0, ends_[tokens - 1]);
  const std::uint64_t of_stage = mixed(salted(seed_of(conversation), conversation.salt), conversation.stage);
  const std::uint64_t index = conversation.index;
  std::string text;
  if (prefixes_) {
    const std::uint64_t number = prefixes_->prefix_of(seed_of(conversation), index);
    words_.append(text, ~of_stage + number, mixed(~of_stage, number), prefixes_->tokens());
  }
  // The first word goes through all of them in turn, so that no two neighbours are alike even where it is the
  // only one.
  words_.append(text, of_stage + index, mixed(of_stage, index), tokens);
  return text;
}

}  // namespace llmload::workload
