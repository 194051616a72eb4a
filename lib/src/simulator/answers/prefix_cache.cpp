#include "simulator/answers/prefix_cache.hpp"

#include <algorithm>
#include <functional>
#include <vector>

namespace llmload::simulator {
namespace {

/// SplitMix64's last steps: each bit of the result depends on each of `x`.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

/// Of each whole block, from the front on.
std::vector<std::uint64_t> block_keys(std::string_view prompt, std::span<const std::size_t> token_ends) {
  std::vector<std::uint64_t> keys(token_ends.size() / PrefixCache::block_tokens);
  std::size_t begin = 0;
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::size_t end = token_ends[(i + 1) * PrefixCache::block_tokens - 1];
    const std::uint64_t here = std::hash<std::string_view>{}(prompt.substr(begin, end - begin));
    before = keys[i] = mixed(mixed(before + 1) ^ here);
    begin = end;
  }
  return keys;
}

}  // namespace

std::size_t PrefixCache::take(std::string_view prompt, std::span<const std::size_t> token_ends) {
  const auto keys = block_keys(prompt, token_ends);
  const auto missing =
      std::ranges::find_if_not(keys, [this](std::uint64_t key) { return places_.contains(key); });
  // From behind: a block is of no use without those in front of it, so that they must outlive it.
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) use(*key);
  while (by_use_.size() > most_blocks_) {
    places_.erase(by_use_.back());
    by_use_.pop_back();
  }
  return static_cast<std::size_t>(missing - keys.begin()) * block_tokens;
}

void PrefixCache::use(Key block) {
  const auto [found, is_new] = places_.try_emplace(block, by_use_.end());
  if (is_new)
    found->second = by_use_.insert(by_use_.begin(), block);
  else
    by_use_.splice(by_use_.begin(), by_use_, found->second);
}

}  // namespace llmload::simulator
