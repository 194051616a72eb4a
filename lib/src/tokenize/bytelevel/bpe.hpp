#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "tokenize/bytelevel/merge_table.hpp"
#include "tokenize/vocabulary.hpp"

namespace llmload::tokenize {

/// Byte-pair encoding by the rule of tiktoken: a piece that is a token is that token; any other is merged
/// from its bytes by rank. Whole pieces come first because some tokens of Llama 3 can't be made by merges.
/// Threads: const functions may be called from several threads at once.
class Bpe {
 public:
  /// `vocabulary` has bytes for each id, and a token for each single byte; an id is the rank of its merges.
  explicit Bpe(Vocabulary vocabulary);

  /// Some ids of `vocabulary` may have no bytes. With `whole_pieces` false, only those pieces are looked up
  /// whole that their merges lead to, so that merges alone decide.
  Bpe(Vocabulary vocabulary, MergeTable merges, bool whole_pieces);

  /// Appends the ids of one non-empty piece of pre-tokenized text, which vocabulary() has begun to look up.
  void append(const Vocabulary::LookUp& piece, std::vector<TokenId>& ids) const;

  /// The number of ids that append() appends.
  std::size_t count(const Vocabulary::LookUp& piece) const;

  const Vocabulary& vocabulary() const { return vocabulary_; }

 private:
  /// Calls `take` with a span of the tokens that the piece's bytes merge into.
  template <typename Take>
  void merge(std::string_view piece, Take take) const;

  void hide_what_merges_do_not_make();

  Vocabulary vocabulary_;
  MergeTable merges_;
  std::array<TokenId, 256> token_of_byte_;
  std::vector<Rank> rank_of_bytes_;  // by two bytes side by side: small enough to stay in a core's own cache
};

}  // namespace llmload::tokenize
