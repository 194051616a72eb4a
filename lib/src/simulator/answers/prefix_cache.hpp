#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <string_view>
#include <unordered_map>

namespace llmload::simulator {

/// The beginnings of prompts that a server has read before, in blocks of 16 tokens. A block is known by its
/// text and by all blocks in front of it: what follows another beginning is another block. Used by one
/// thread.
class PrefixCache {
 public:
  static constexpr std::size_t block_tokens = 16;

  /// It has at most so many blocks; those that were used least recently go.
  explicit PrefixCache(std::size_t most_blocks) : most_blocks_(most_blocks) {}

  /// How many tokens `prompt` begins with that are in it, in whole blocks. From then on all of the prompt's
  /// whole blocks are. `token_ends`: of each of its tokens, in bytes.
  std::size_t take(std::string_view prompt, std::span<const std::size_t> token_ends);
  /// Of its blocks, that are used.
  [[nodiscard]] double share() const {
    return static_cast<double>(by_use_.size()) / static_cast<double>(most_blocks_);
  }

 private:
  using Key = std::uint64_t;
  void use(Key block);

  const std::size_t most_blocks_;
  std::list<Key> by_use_;  // the last one first
  std::unordered_map<Key, std::list<Key>::iterator> places_;
};

}  // namespace llmload::simulator
