#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "llmload/request_source.hpp"
#include "llmload/token_lengths.hpp"
#include "llmload/tokenizer.hpp"
#include "workload/prefix_pool.hpp"
#include "workload/random_words.hpp"

namespace llmload::workload {

/// Prompts of random words, of exactly the asked numbers of tokens.
class RandomPrompts : public RequestSource {
 public:
  /// With `unique`, each prompt differs from the one before it, and (but for very short ones) from all others
  /// of the run, and of runs with another salt; without, each is the beginning of one text.
  /// `prefixes`: each unique prompt begins with one of these, of the stage's own pool; the lengths are those
  /// of what is behind it. Throws InputError where the vocabulary has no such words.
  RandomPrompts(const ModelTokenizer& tokenizer, const TokenLengths& lengths, bool unique, std::uint64_t seed,
                std::shared_ptr<const PrefixPool> prefixes = nullptr);

  [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& conversation) const override;
  /// So many prompts of the shortest length there are, as far as a double knows.
  [[nodiscard]] double possible() const;

 private:
  [[nodiscard]] std::string prompt(const Conversation& conversation, std::size_t tokens) const;
  [[nodiscard]] std::uint64_t seed_of(const Conversation& conversation) const;

  const TokenLengths lengths_;
  const bool unique_;
  const std::uint64_t seed_;
  const std::shared_ptr<const PrefixPool> prefixes_;
  const RandomWords words_;
  std::string text_;                         // of all prompts where they are not unique
  std::vector<std::size_t> ends_;            // of its words
  std::shared_ptr<const RequestSpec> same_;  // where all are alike
};

}  // namespace llmload::workload
