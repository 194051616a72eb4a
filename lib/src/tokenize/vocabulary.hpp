#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace llmload::tokenize {

using TokenId = std::uint32_t;

/// What look-ups return for "there is none". Larger than each id, so also the worst of all ranks.
inline constexpr TokenId no_token = std::numeric_limits<TokenId>::max();

/// The byte strings of the tokens 0 to size() - 1, found by id and by bytes. A token's id is its merge rank.
/// Threads: const functions may be called from several threads at once.
class Vocabulary {
 public:
  /// `size` tokens that have no bytes yet. `bytes_expected` saves allocations.
  explicit Vocabulary(std::size_t size, std::size_t bytes_expected = 0);

  /// Gives token `id` its bytes: not empty, and neither `id` nor `bytes` were added before.
  void add(TokenId id, std::string_view bytes);

  /// The token that is spelled exactly `bytes`, or no_token.
  TokenId find(std::string_view bytes) const {
    if (bytes.size() > longest_) return no_token;
    return slots_[slot_of(bytes)].id;
  }

  /// The bytes of token `id`; empty if it has none yet.
  std::string_view bytes(TokenId id) const {
    return {bytes_.data() + extents_[id].offset, extents_[id].size};
  }

  std::size_t size() const { return extents_.size(); }

 private:
  struct Extent {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
  };
  struct Slot {
    TokenId id = no_token;
    std::uint32_t hash = 0;  // spares most comparisons of bytes
  };

  std::size_t slot_of(std::string_view bytes) const;

  std::string bytes_;  // of all tokens, one after the other
  std::vector<Extent> extents_;
  std::vector<Slot> slots_;  // open addressing; a power of two, at most half full
  std::size_t longest_ = 0;
};

}  // namespace llmload::tokenize
