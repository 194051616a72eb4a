#include "workload/random_prompts.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "llmload/error.hpp"
#include "workload/random.hpp"

namespace llmload::workload {
namespace {

/// Without its space; empty where it is no word.
std::string_view word_of(std::string_view piece) {
  if (piece.starts_with(' ')) piece.remove_prefix(1);
  const bool letters = std::ranges::all_of(piece, [](char c) { return c >= 'a' && c <= 'z'; });
  return letters && piece.size() > 2 ? piece : std::string_view();
}

std::uint64_t salted(std::uint64_t seed, std::string_view salt) {
  for (const char c : salt) seed = mixed(seed, static_cast<unsigned char>(c));
  return seed;
}

std::vector<std::string> required_words(const ModelTokenizer& tokenizer) {
  std::vector<std::string> words = one_token_words(tokenizer);
  std::string all;
  for (const std::string& word : words) all += word;
  // Two: where there is one, no prompt differs from the one before it.
  if (words.size() < 2 || tokenizer.count(all.substr(1)) != words.size()) {
    throw InputError(
        "the tokenizer's vocabulary has no words that are one token each wherever they stand: random prompts "
        "of an exact length can't be made of it");
  }
  return words;
}

}  // namespace

std::vector<std::string> one_token_words(const ModelTokenizer& tokenizer) {
  std::vector<std::string> words;
  std::unordered_set<std::string> seen;
  std::string first;
  for (std::uint32_t id = 0; id < tokenizer.size(); ++id) {
    const std::string piece = tokenizer.piece(id);
    const std::string word(word_of(piece));
    if (word.empty() || !seen.insert(word).second || tokenizer.count(word) != 1) continue;
    if (first.empty()) first = word;
    std::string separated = ' ' + word;
    if (tokenizer.count(first + separated) == 2) words.push_back(std::move(separated));
  }
  return words;
}

RandomPrompts::RandomPrompts(const ModelTokenizer& tokenizer, const TokenLengths& lengths, bool unique,
                             std::uint64_t seed, std::shared_ptr<const PrefixPool> prefixes)
    : lengths_(lengths),
      unique_(unique),
      seed_(seed),
      prefixes_(std::move(prefixes)),
      words_(required_words(tokenizer)) {
  if (unique_) return;
  for (Random random(seed_); ends_.size() < lengths_.most();) {
    const std::string_view word = words_[random.next() % words_.size()];
    text_ += ends_.empty() ? word.substr(1) : word;
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

/// Its first word, too, goes through all of them in turn.
std::string RandomPrompts::prefix(const Conversation& conversation, std::uint64_t of_stage) const {
  const std::uint64_t number = prefixes_->prefix_of(seed_of(conversation), conversation.index);
  Random random(mixed(~of_stage, number));
  std::string text = words_[(~of_stage + number) % words_.size()].substr(1);
  for (unsigned i = 1; i < prefixes_->tokens(); ++i) text += words_[random.next() % words_.size()];
  return text;
}

std::string RandomPrompts::prompt(const Conversation& conversation, std::size_t tokens) const {
  if (!unique_) return text_.substr(0, ends_[tokens - 1]);
  const std::uint64_t of_stage = mixed(salted(seed_of(conversation), conversation.salt), conversation.stage);
  const std::uint64_t index = conversation.index;
  Random random(mixed(of_stage, index));
  // The first word goes through all of them in turn, so that no two neighbours are alike even where it is the
  // only one.
  const std::string& first = words_[(of_stage + index) % words_.size()];
  std::string text = prefixes_ ? prefix(conversation, of_stage) + first : first.substr(1);
  text.reserve(text.size() + tokens * 8);
  for (std::size_t i = 1; i < tokens; ++i) text += words_[random.next() % words_.size()];
  return text;
}

}  // namespace llmload::workload
