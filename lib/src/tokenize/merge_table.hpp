#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tokenize/vocabulary.hpp"

namespace llmload::tokenize {

/// The place of a merge in the order of merges: the lowest goes first.
using Rank = std::uint32_t;

/// What look-ups return for a pair that does not merge. Larger than each rank.
inline constexpr Rank no_rank = std::numeric_limits<Rank>::max();

/// Which two neighbouring tokens merge, and into which one: integers in, integer out, no bytes compared.
/// Threads: const functions may be called from several threads at once.
class MergeTable {
 public:
  struct Merge {
    TokenId left;
    TokenId right;
    TokenId merged;
  };

  /// More merges than any published model has; see most_tokens.
  static constexpr std::size_t most_merges = (std::size_t{1} << 22U) - 1;

  /// Each way to cut a token of `vocabulary` into two other tokens is a merge; its rank is the token's id.
  explicit MergeTable(const Vocabulary& vocabulary);

  /// At most most_merges merges, in the order of their ranks.
  explicit MergeTable(std::span<const Merge> merges);

  /// The rank of merging `left` and `right`, or no_rank.
  Rank find(TokenId left, TokenId right) const {
    const std::uint64_t slot = slots_[slot_of(left, right)];
    return slot == empty ? no_rank : static_cast<Rank>(slot & rank_mask);
  }

  /// The token that the merge of this rank makes.
  TokenId merged(Rank rank) const { return merged_.empty() ? rank : merged_[rank]; }

 private:
  static constexpr unsigned id_bits = 21;
  static constexpr unsigned rank_bits = 22;
  static constexpr std::uint64_t rank_mask = (std::uint64_t{1} << rank_bits) - 1;
  static constexpr std::uint64_t empty = ~std::uint64_t{0};

  /// The slot of the pair, or the empty one where it would go.
  std::size_t slot_of(TokenId left, TokenId right) const {
    const std::size_t mask = slots_.size() - 1;
    const std::uint64_t pair = std::uint64_t{left} << id_bits | right;
    // Fibonacci hashing: the product's upper bits depend on every bit of the pair.
    for (std::size_t at = (pair * 0x9E3779B97F4A7C15U) >> 32U & mask;; at = (at + 1) & mask) {
      if (slots_[at] >> rank_bits == pair || slots_[at] == empty) return at;
    }
  }

  void reserve(std::size_t merges);
  void add(TokenId left, TokenId right, Rank rank);

  // A slot is a pair and its rank in 64 bits. Open addressing; a power of two, less than two thirds full.
  std::vector<std::uint64_t> slots_;
  std::vector<TokenId> merged_;  // by rank; empty where a rank is the id
};

}  // namespace llmload::tokenize
