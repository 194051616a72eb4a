#include "tokenize/bytelevel/merge.hpp"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace llmload::tokenize {

std::size_t merge_by_scan(const MergeTable& table, std::span<TokenId> parts, std::span<Rank> ranks) {
  std::size_t count = parts.size();
  while (count > 1) {
    Rank* const last_rank = ranks.data() + (count - 1);
    Rank* const lowest = std::min_element(ranks.data(), last_rank);
    if (*lowest == no_rank) break;
    const auto at = static_cast<std::size_t>(lowest - ranks.data());
    parts[at] = table.merged(parts[at], parts[at + 1], *lowest);
    if (at > 0) table.begin_find(parts[at - 1], parts[at]);
    if (at + 2 < count) table.begin_find(parts[at], parts[at + 2]);
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

/// The positions at which pairs of one rank begin. Most come in ascending order, so a heap is needed for the
/// others only.
class Positions {
 public:
  bool empty() const { return first_ == ascending_.size() && late_.empty(); }

  void add(std::uint32_t position) {
    if (ascending_.empty() || ascending_.back() < position) {
      ascending_.push_back(position);
    } else {
      late_.push_back(position);
      std::push_heap(late_.begin(), late_.end(), std::greater<>{});
    }
  }

  /// Takes the lowest one out; there must be one.
  std::uint32_t take() {
    if (late_.empty() || (first_ != ascending_.size() && ascending_[first_] < late_.front())) {
      const std::uint32_t lowest = ascending_[first_++];
      if (first_ == ascending_.size()) {
        ascending_.clear();
        first_ = 0;
      }
      return lowest;
    }
    std::pop_heap(late_.begin(), late_.end(), std::greater<>{});
    const std::uint32_t lowest = late_.back();
    late_.pop_back();
    return lowest;
  }

 private:
  std::vector<std::uint32_t> ascending_;
  std::size_t first_ = 0;
  std::vector<std::uint32_t> late_;
};

/// The pairs that wait for their merge, by rank and then by position.
class Queue {
 public:
  bool empty() {
    while (!ranks_.empty() && buckets_[ranks_.front().bucket].positions.empty()) {
      buckets_[ranks_.front().bucket].waits = false;
      std::pop_heap(ranks_.begin(), ranks_.end(), std::greater<>{});
      ranks_.pop_back();
    }
    return ranks_.empty();
  }

  // After empty() has said no.
  Rank rank() const { return ranks_.front().rank; }
  std::uint32_t take() { return buckets_[ranks_.front().bucket].positions.take(); }

  void add(Rank rank, std::uint32_t position) {
    const std::uint32_t number = bucket_of(rank);
    Bucket& bucket = buckets_[number];
    bucket.positions.add(position);
    if (bucket.waits) return;
    bucket.waits = true;
    ranks_.push_back({rank, number});
    std::push_heap(ranks_.begin(), ranks_.end(), std::greater<>{});
  }

 private:
  struct Bucket {
    Positions positions;
    bool waits = false;  // its rank is in ranks_
  };
  struct Entry {
    Rank rank = no_rank;
    std::uint32_t bucket = 0;
    auto operator<=>(const Entry&) const = default;  // NOLINT(modernize-use-nullptr): it is none
  };

  std::uint32_t bucket_of(Rank rank) {
    Entry& slot = slot_of(rank);
    if (slot.rank == rank) return slot.bucket;
    const auto added = static_cast<std::uint32_t>(buckets_.size());
    slot = {rank, added};
    buckets_.emplace_back();
    if (2 * buckets_.size() > slots_.size()) grow();
    return added;
  }

  /// The slot of the rank, or the empty one where it would go.
  Entry& slot_of(Rank rank) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = (rank * std::uint64_t{0x9E3779B97F4A7C15U}) >> 32U & mask;
    while (slots_[at].rank != rank && slots_[at].rank != no_rank) at = (at + 1) & mask;
    return slots_[at];
  }

  void grow() {
    const std::vector<Entry> old = std::exchange(slots_, std::vector<Entry>(2 * slots_.size()));
    for (const Entry& slot : old) {
      if (slot.rank != no_rank) slot_of(slot.rank) = slot;
    }
  }

  std::vector<Entry> slots_ =
      std::vector<Entry>(64);  // each rank's bucket; open addressing, half full at most
  std::vector<Bucket> buckets_;
  std::vector<Entry> ranks_;  // a heap of the buckets that are not empty, and some that are
};

/// The parts as a doubly linked list over their positions.
class QueueMerge {
 public:
  QueueMerge(const MergeTable& table, std::span<TokenId> tokens, std::span<const Rank> ranks)
      : table_(table), tokens_(tokens), end_(static_cast<std::uint32_t>(tokens.size())) {
    parts_.reserve(tokens.size());
    for (std::uint32_t at = 0; at < end_; ++at) {
      const Rank rank = at + 1 == end_ ? no_rank : ranks[at];
      parts_.push_back({tokens[at], at + 1, at - 1, rank});
      if (rank != no_rank) queue_.add(rank, at);
    }
  }

  std::size_t run() {
    while (!queue_.empty()) {
      const Rank rank = queue_.rank();
      const std::uint32_t at = queue_.take();
      // A pair is stale if its left part was merged since (no rank), or one of them has grown (another).
      if (parts_[at].rank == rank) merge_at(at);
    }
    return pack();
  }

 private:
  struct Part {
    TokenId token;
    std::uint32_t next;
    std::uint32_t previous;
    Rank rank;  // of the pair that it is the left part of
  };

  void merge_at(std::uint32_t at) {
    Part& part = parts_[at];
    Part& gone = parts_[part.next];
    part.token = table_.merged(part.token, gone.token, part.rank);
    part.next = gone.next;
    gone.rank = no_rank;
    if (part.next != end_) parts_[part.next].previous = at;
    update_rank(at);
    if (at != 0) update_rank(part.previous);
  }

  void update_rank(std::uint32_t at) {
    Part& part = parts_[at];
    part.rank = part.next == end_ ? no_rank : table_.find(part.token, parts_[part.next].token);
    if (part.rank != no_rank) queue_.add(part.rank, at);
  }

  /// Moves the parts that are left to the front; returns how many they are.
  std::size_t pack() {
    std::size_t count = 0;
    for (std::uint32_t at = 0; at != end_; at = parts_[at].next) tokens_[count++] = parts_[at].token;
    return count;
  }

  const MergeTable& table_;
  std::span<TokenId> tokens_;
  const std::uint32_t end_;
  std::vector<Part> parts_;
  Queue queue_;
};

}  // namespace

std::size_t merge_by_queue(const MergeTable& table, std::span<TokenId> parts, std::span<Rank> ranks) {
  return QueueMerge(table, parts, ranks).run();
}

std::size_t merge_parts(const MergeTable& table, std::span<TokenId> parts, std::span<Rank> ranks) {
  return parts.size() <= most_scanned_parts ? merge_by_scan(table, parts, ranks)
                                            : merge_by_queue(table, parts, ranks);
}

}  // namespace llmload::tokenize
