#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tokenize/huge_pages.hpp"
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
  /// Throws InputError where these are more than most_merges.
  explicit MergeTable(const Vocabulary& vocabulary);

  /// Likewise, with a rank for each token, which several may share.
  MergeTable(const Vocabulary& vocabulary, std::vector<Rank> rank_of_token);

  /// At most most_merges merges, in the order of their ranks.
  explicit MergeTable(std::span<const Merge> merges);

  /// Begins to fetch what find() of these two needs first, so that several wait for memory at once.
  void begin_find(TokenId left, TokenId right) const {
    __builtin_prefetch(&filter_[hash_of(left, right) >> filter_shift_]);
  }

  /// The rank of merging `left` and `right`, or no_rank.
  Rank find(TokenId left, TokenId right) const {
    if (!may_merge(left, right)) return no_rank;
    const std::uint64_t slot = slots_[slot_of(left, right)];
    if (slot == empty) return no_rank;
    const auto number = static_cast<std::uint32_t>(slot & number_mask);
    return rank_of_token_.empty() ? number : rank_of_token_[number];
  }

  /// The token that `left` and `right` make, whose merge has this rank.
  TokenId merged(TokenId left, TokenId right, Rank rank) const {
    if (!rank_of_token_.empty()) return static_cast<TokenId>(slots_[slot_of(left, right)] & number_mask);
    return merged_of_rank_.empty() ? rank : merged_of_rank_[rank];
  }

 private:
  static constexpr unsigned id_bits = 21;
  static constexpr unsigned number_bits = 22;
  static constexpr std::uint64_t number_mask = (std::uint64_t{1} << number_bits) - 1;
  static constexpr std::uint64_t empty = ~std::uint64_t{0};

  static std::uint64_t pair_of(TokenId left, TokenId right) { return std::uint64_t{left} << id_bits | right; }

  /// Fibonacci hashing: the product's upper bits depend on every bit of the pair.
  static std::uint64_t hash_of(TokenId left, TokenId right) {
    return pair_of(left, right) * 0x9E3779B97F4A7C15U;
  }

  /// False for most pairs that do not merge, and never for one that does.
  bool may_merge(TokenId left, TokenId right) const {
    const std::uint64_t hash = hash_of(left, right);
    return (filter_[hash >> filter_shift_] & filter_bit(hash)) != 0;
  }

  static std::uint8_t filter_bit(std::uint64_t hash) {
    return static_cast<std::uint8_t>(1U << (hash >> 29U & 7U));
  }

  /// The slot of the pair, or the empty one where it would go.
  std::size_t slot_of(TokenId left, TokenId right) const {
    const std::size_t mask = slots_.size() - 1;
    const std::uint64_t pair = pair_of(left, right);
    for (std::size_t at = hash_of(left, right) >> 32U & mask;; at = (at + 1) & mask) {
      if (slots_[at] >> number_bits == pair || slots_[at] == empty) return at;
    }
  }

  void reserve(std::size_t merges);
  void begin_add(TokenId left, TokenId right) const {
    __builtin_prefetch(&slots_[hash_of(left, right) >> 32U & (slots_.size() - 1)], 1);
  }
  void add(TokenId left, TokenId right, std::uint32_t number);
  void add_all(std::span<const Merge> merges);  // with the token that they make as their number

  // A slot is a pair and a number in 64 bits: the token that they make, or the rank of their merge. Open
  // addressing; a power of two, less than two thirds full.
  HugeVector<std::uint64_t> slots_;
  // A bit for each merge, at its hash: most pairs that are looked up don't merge, and this stays in a core's
  // own cache where the slots don't.
  std::vector<std::uint8_t> filter_;
  unsigned filter_shift_ = 0;            // a hash shifted by so much is a place in filter_
  std::vector<Rank> rank_of_token_;      // empty where a token is its rank, and where numbers are ranks
  std::vector<TokenId> merged_of_rank_;  // empty where numbers are tokens
};

}  // namespace llmload::tokenize
