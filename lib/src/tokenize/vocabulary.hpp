#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "tokenize/huge_pages.hpp"

namespace llmload::tokenize {

using TokenId = std::uint32_t;

/// What look-ups return for "there is none". Larger than each id, so also the worst of all ranks.
inline constexpr TokenId no_token = std::numeric_limits<TokenId>::max();

/// More tokens than any published vocabulary has; a merge's two ids and its rank then fit into 64 bits.
inline constexpr std::size_t most_tokens = std::size_t{1} << 21U;

/// In bytes, four times as many as a published one has: to try each cut of a token is quadratic in its size.
inline constexpr std::size_t longest_token = 512;

/// The byte strings of the tokens 0 to size() - 1, found by id and by bytes.
/// Threads: const functions may be called from several threads at once.
class Vocabulary {
 public:
  /// `size` tokens, at most most_tokens, that have no bytes yet. `bytes_expected` saves allocations.
  explicit Vocabulary(std::size_t size, std::size_t bytes_expected = 0);

  /// Gives token `id` its bytes: not empty, and neither `id` nor `bytes` were added before.
  void add(TokenId id, std::string_view bytes);

  /// The token that is spelled exactly `bytes`, or no_token.
  TokenId find(std::string_view bytes) const {
    if (bytes.empty() || bytes.size() > longest_) return no_token;
    return slots_[slot_of(bytes, key_of(bytes))].id;
  }

  /// A look-up that has begun to fetch what it needs, so that several wait for memory at once.
  struct LookUp {
    std::string_view bytes;
    std::uint64_t key = 0;
  };

  /// Begins to look up `bytes`, which must not be empty.
  LookUp begin_find(std::string_view bytes) const {
    if (bytes.size() > longest_) return {bytes, 0};
    const LookUp look_up{bytes, key_of(bytes)};
    __builtin_prefetch(&slots_[mixed(look_up.key ^ bytes.size()) & (slots_.size() - 1)]);
    return look_up;
  }

  TokenId end_find(const LookUp& look_up) const {
    if (look_up.bytes.size() > longest_) return no_token;
    return slots_[slot_of(look_up.bytes, look_up.key)].id;
  }

  /// Lets find() no longer find token `id`.
  void hide(TokenId id);

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
    std::uint64_t key = 0;
    TokenId id = no_token;
    std::uint32_t size = 0;  // 0: empty
  };
  static constexpr std::size_t longest_key = 8;
  static constexpr std::uint32_t hidden_size = no_token;  // no text is so long: the slot is never found

  template <typename Word>
  static std::uint64_t load(const char* bytes) {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
  }

  /// Up to longest_key bytes as a number, which with their size tells them from all others; of more a hash.
  static std::uint64_t key_of(std::string_view bytes) {
    const std::size_t size = bytes.size();
    const char* const begin = bytes.data();
    if (size > longest_key) return hash_of(bytes);
    if (size >= 4) return load<std::uint32_t>(begin) | load<std::uint32_t>(begin + size - 4) << 32U;
    return load<std::uint8_t>(begin) | load<std::uint8_t>(begin + size / 2) << 8U |
           load<std::uint8_t>(begin + size - 1) << 16U;
  }

  static std::uint64_t mixed(std::uint64_t value) {
    value *= 0x9E3779B97F4A7C15U;
    return value ^ value >> 32U;
  }

  static std::uint64_t hash_of(std::string_view bytes) {
    std::uint64_t hash = bytes.size();
    std::size_t at = 0;
    for (; at + 8 < bytes.size(); at += 8) hash = mixed(hash ^ load<std::uint64_t>(bytes.data() + at));
    return mixed(hash ^ load<std::uint64_t>(bytes.data() + bytes.size() - 8));
  }

  /// The slot of `bytes`, or the empty one where they would go.
  std::size_t slot_of(std::string_view bytes, std::uint64_t key) const {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = mixed(key ^ bytes.size()) & mask;; at = (at + 1) & mask) {
      const Slot& slot = slots_[at];
      if (slot.size == 0) return at;
      if (slot.key != key || slot.size != bytes.size()) continue;
      if (bytes.size() <= longest_key || this->bytes(slot.id) == bytes) return at;
    }
  }

  std::string bytes_;  // of all tokens, one after the other
  HugeVector<Extent> extents_;
  HugeVector<Slot> slots_;  // open addressing; a power of two, at most half full
  std::size_t longest_ = 0;
};

}  // namespace llmload::tokenize
