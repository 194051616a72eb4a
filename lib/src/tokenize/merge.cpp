#include "tokenize/merge.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <numeric>
#include <vector>

namespace llmload::tokenize {

std::size_t merge_by_scan(const MergeTable& table, std::span<TokenId> parts) {
  std::size_t count = parts.size();
  std::array<Rank, most_scanned_parts> ranks;  // ranks[i] is that of the pair parts[i], parts[i + 1]
  for (std::size_t i = 0; i + 1 < count; ++i) ranks[i] = table.find(parts[i], parts[i + 1]);

  while (count > 1) {
    Rank* const last_rank = ranks.data() + (count - 1);
    Rank* const lowest = std::min_element(ranks.data(), last_rank);
    if (*lowest == no_rank) break;
    const auto at = static_cast<std::size_t>(lowest - ranks.data());
    parts[at] = table.merged(*lowest);
    std::copy(parts.begin() + static_cast<std::ptrdiff_t>(at) + 2,
              parts.begin() + static_cast<std::ptrdiff_t>(count), &parts[at] + 1);
    std::copy(lowest + 1, last_rank, lowest);
    --count;
    if (at > 0) ranks[at - 1] = table.find(parts[at - 1], parts[at]);
    if (at + 1 < count) ranks[at] = table.find(parts[at], parts[at + 1]);
  }
  return count;
}

namespace {

/// A pair that waits for its turn: its rank above the position of its left part, so that the smallest number
/// is the next merge.
using Candidate = std::uint64_t;

Candidate candidate(Rank rank, std::uint32_t position) { return Candidate{rank} << 32U | position; }

/// The parts as a doubly linked list over their positions, and the candidates for the next merge.
class HeapMerge {
 public:
  HeapMerge(const MergeTable& table, std::span<TokenId> parts)
      : table_(table),
        parts_(parts),
        end_(static_cast<std::uint32_t>(parts.size())),
        next_(parts.size()),
        previous_(parts.size()),
        ranks_(parts.size(), no_rank) {
    std::iota(next_.begin(), next_.end(), std::uint32_t{1});
    std::iota(previous_.begin(), previous_.end(), std::uint32_t{0} - 1);
    for (std::uint32_t at = 0; at + 1 < end_; ++at) {
      ranks_[at] = table.find(parts[at], parts[at + 1]);
      if (ranks_[at] != no_rank) heap_.push_back(candidate(ranks_[at], at));
    }
    std::make_heap(heap_.begin(), heap_.end(), std::greater<>{});
  }

  std::size_t run() {
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end(), std::greater<>{});
      const auto rank = static_cast<Rank>(heap_.back() >> 32U);
      const auto at = static_cast<std::uint32_t>(heap_.back());
      heap_.pop_back();
      // A candidate is stale if its left part was merged since (no rank), or one of them has grown (another).
      if (ranks_[at] == rank) merge_at(at);
    }
    return pack();
  }

 private:
  void merge_at(std::uint32_t at) {
    const std::uint32_t gone = next_[at];
    parts_[at] = table_.merged(ranks_[at]);
    ranks_[gone] = no_rank;
    next_[at] = next_[gone];
    if (next_[at] != end_) previous_[next_[at]] = at;
    update_rank(at);
    if (at != 0) update_rank(previous_[at]);
  }

  void update_rank(std::uint32_t at) {
    ranks_[at] = next_[at] == end_ ? no_rank : table_.find(parts_[at], parts_[next_[at]]);
    if (ranks_[at] == no_rank) return;
    heap_.push_back(candidate(ranks_[at], at));
    std::push_heap(heap_.begin(), heap_.end(), std::greater<>{});
  }

  /// Moves the parts that are left to the front; returns how many they are.
  std::size_t pack() {
    std::size_t count = 0;
    for (std::uint32_t at = 0; at != end_; at = next_[at]) parts_[count++] = parts_[at];
    return count;
  }

  const MergeTable& table_;
  std::span<TokenId> parts_;
  const std::uint32_t end_;
  std::vector<std::uint32_t> next_;
  std::vector<std::uint32_t> previous_;
  std::vector<Rank> ranks_;  // ranks_[i] is that of the pair whose left part is at i
  std::vector<Candidate> heap_;
};

}  // namespace

std::size_t merge_by_heap(const MergeTable& table, std::span<TokenId> parts) {
  return HeapMerge(table, parts).run();
}

}  // namespace llmload::tokenize
