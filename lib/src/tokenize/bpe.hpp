#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "tokenize/merge_table.hpp"
#include "tokenize/vocabulary.hpp"

namespace llmload::tokenize {

/// Byte-pair encoding by the rule of tiktoken: a piece that is a token is that token; any other is merged
/// from its bytes by rank. Whole pieces come first because some tokens of Llama 3 can't be made by merges.
/// Threads: const functions may be called from several threads at once.
class Bpe {
 public:
  /// `vocabulary` has bytes for each id, and a token for each single byte.
  explicit Bpe(Vocabulary vocabulary);

  /// Appends the ids of one non-empty piece of pre-tokenized text.
  void append(std::string_view piece, std::vector<TokenId>& ids) const;

  const Vocabulary& vocabulary() const { return vocabulary_; }

 private:
  Vocabulary vocabulary_;
  MergeTable merges_;
  std::array<TokenId, 256> token_of_byte_;
};

}  // namespace llmload::tokenize
