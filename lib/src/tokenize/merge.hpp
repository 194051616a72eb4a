#pragma once

#include <cstddef>
#include <span>

#include "tokenize/merge_table.hpp"

namespace llmload::tokenize {

// Both merge the neighbours of `parts` in place, the pair of the lowest rank first and the leftmost of equal
// ones, until no pair merges, and return how many parts are left at the front. They give the same result.

/// Up to this many parts, looking through all of them for each merge is faster than a queue.
inline constexpr std::size_t most_scanned_parts = 64;

/// For up to most_scanned_parts parts; allocates nothing.
std::size_t merge_by_scan(const MergeTable& table, std::span<TokenId> parts);

/// For any number of parts below 2^32, in O(n log n).
std::size_t merge_by_queue(const MergeTable& table, std::span<TokenId> parts);

/// By the faster of the two.
std::size_t merge_parts(const MergeTable& table, std::span<TokenId> parts);

}  // namespace llmload::tokenize
