#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tokenize/vocabulary.hpp"

namespace llmload::tokenize {

/// Which two neighbouring tokens merge, and into which one: integers in, integer out, no bytes compared.
/// Threads: const functions may be called from several threads at once.
class MergeTable {
 public:
  /// Each way to cut a token of `vocabulary` into two other tokens is a merge.
  explicit MergeTable(const Vocabulary& vocabulary);

  /// The token, and so the rank, that `left` and `right` merge into, or no_token.
  TokenId find(TokenId left, TokenId right) const { return slots_[slot_of(left, right)].merged; }

 private:
  struct Merge {
    TokenId left = no_token;
    TokenId right = no_token;
    TokenId merged = no_token;
  };

  /// The slot of the pair, or the empty one where it would go.
  std::size_t slot_of(TokenId left, TokenId right) const {
    const std::size_t mask = slots_.size() - 1;
    const std::uint64_t pair = std::uint64_t{left} << 32U | right;
    // Fibonacci hashing: the product's upper bits depend on every bit of the pair.
    for (std::size_t at = (pair * 0x9E3779B97F4A7C15U) >> 32U & mask;; at = (at + 1) & mask) {
      const Merge& slot = slots_[at];
      if ((slot.left == left && slot.right == right) || slot.merged == no_token) return at;
    }
  }

  std::vector<Merge> slots_;  // open addressing; a power of two, less than two thirds full
};

}  // namespace llmload::tokenize
