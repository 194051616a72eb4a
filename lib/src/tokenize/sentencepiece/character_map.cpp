#include "tokenize/sentencepiece/character_map.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace llmload::tokenize {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20U;  // four times as many as a published one has
constexpr int most_prefixes = 32;  // of a text that have a replacement: libsentencepiece has room for these

/// A node of a trie in Darts-clone's double array. Its children are by their bytes at begin ^ byte.
class Node {
 public:
  explicit Node(std::uint32_t unit) : unit_(unit) {}
  bool is_child(std::uint32_t byte) const { return (unit_ & 0x8000'00FFU) == byte; }
  bool has_value() const { return (unit_ & 0x100U) != 0; }
  std::uint32_t value() const { return unit_ & 0x7FFF'FFFFU; }  // of the unit at its parent's begin
  std::size_t begin(std::size_t place) const {
    return place ^ std::size_t{unit_ >> 10U} << ((unit_ & 0x200U) >> 6U);
  }

 private:
  std::uint32_t unit_;
};

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

/// Looks at each node that some text leads to. `values`: the first number that is no value.
bool is_sound_trie(std::string_view trie, std::size_t values) {
  const std::size_t nodes = trie.size() / sizeof(std::uint32_t);
  const auto node = [&](std::size_t place) { return Node(number_at(trie, place * sizeof(std::uint32_t))); };
  constexpr int not_seen = -1;
  std::vector<int> prefixes(nodes, not_seen);  // that have a value, on the way to each node; the most
  prefixes[0] = 0;
  std::vector<std::size_t> to_look_at = {0};
  while (!to_look_at.empty()) {
    const std::size_t parent = to_look_at.back();
    to_look_at.pop_back();
    const std::size_t begin = node(parent).begin(parent);
    if ((begin | 0xFFU) >= nodes) return false;
    if (node(parent).has_value() && node(begin).value() >= values) return false;
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
      const std::size_t child = begin ^ byte;
      if (!node(child).is_child(byte)) continue;
      const int on_the_way = prefixes[parent] + (node(child).has_value() ? 1 : 0);
      if (on_the_way <= prefixes[child]) continue;
      if (on_the_way > most_prefixes) return false;
      prefixes[child] = on_the_way;
      to_look_at.push_back(child);
    }
  }
  return true;
}

}  // namespace

bool is_sound_character_map(std::string_view map) {
  if (map.empty()) return true;
  constexpr std::size_t head = sizeof(std::uint32_t);
  if (map.size() <= head || map.size() > most_bytes) return false;
  const std::size_t size = number_at(map, 0);  // of the trie, whose values are places in the texts behind it
  if (size == 0 || size % head != 0 || size >= map.size() - head) return false;
  return map.ends_with('\0') && is_sound_trie(map.substr(head, size), map.size() - head - size);
}

}  // namespace llmload::tokenize
