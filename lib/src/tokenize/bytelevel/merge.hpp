#pragma once

#include <cstddef>
#include <span>

#include "tokenize/bytelevel/merge_table.hpp"

namespace llmload::tokenize {

// Each merges the neighbours of `parts` in place, the pair of the lowest rank first and the leftmost of equal
// ones, until no pair merges, and returns how many parts are left at the front; all give the same result.
// `ranks` has at least as many elements; ranks[i] is that of the pair parts[i], parts[i + 1], and may be
// written over.

/// Up to this many parts, looking through all of them for each merge is faster than a queue.
inline constexpr std::size_t most_scanned_parts = 64;

/// For few parts; allocates nothing.
std::size_t merge_by_scan(const MergeTable& table, std::span<TokenId> parts, std::span<Rank> ranks);

/// For any number of parts below 2^32, in O(n log n).
std::size_t merge_by_queue(const MergeTable& table, std::span<TokenId> parts, std::span<Rank> ranks);

/// By the faster of the two.
std::size_t merge_parts(const MergeTable& table, std::span<TokenId> parts, std::span<Rank> ranks);

/// What they take as `ranks`.
inline void find_ranks(const MergeTable& table, std::span<const TokenId> parts, std::span<Rank> ranks) {
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) ranks[i] = table.find(parts[i], parts[i + 1]);
}

}  // namespace llmload::tokenize
