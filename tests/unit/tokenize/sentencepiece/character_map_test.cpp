#include "tokenize/sentencepiece/character_map.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace character_map_test {

using llmload::tokenize::is_sound_character_map;

constexpr std::uint32_t value_bit = 0x8000'0000U;

/// A node for `byte`, whose children begin at its own place ^ `offset`.
std::uint32_t node(unsigned char byte, std::uint32_t offset, bool has_value = false) {
  return byte | (has_value ? 0x100U : 0U) | offset << 10U;
}

std::string number(std::uint32_t value) {
  std::string bytes;
  for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xFFU);
  return bytes;
}

std::string map_of(const std::vector<std::uint32_t>& trie, const std::string& texts) {
  std::string map = number(static_cast<std::uint32_t>(4 * trie.size()));
  for (const std::uint32_t unit : trie) map += number(unit);
  return map + texts;
}

/// "a" leads to the text at `value`: the root's children begin at 256, those of "a" at 512.
std::vector<std::uint32_t> trie_of_a(std::uint32_t value) {
  std::vector<std::uint32_t> trie(768, node(1, 0));
  trie[256 + 1] = node(0, 0);  // nobody's child, as all others
  trie[0] = node(0, 256);
  trie[256 + 'a'] = node('a', (256 + 'a') ^ 512U, true);
  trie[512] = value_bit | value;
  trie[512 + 1] = node(0, 0);
  return trie;
}

const std::string texts("b\0cd\0", 5);

TEST_CASE("a model without a character map, and one with a sound map, are taken") {
  CHECK(is_sound_character_map(""));
  CHECK(is_sound_character_map(map_of(trie_of_a(0), texts)));
  CHECK(is_sound_character_map(map_of(trie_of_a(2), texts)));
}

TEST_CASE("a character map whose sizes do not fit is refused") {
  const std::string whole = map_of(trie_of_a(0), texts);
  for (std::size_t size = 1; size < whole.size(); ++size) {
    INFO(size);
    // What is left of its texts still ends in a zero byte there.
    CHECK(is_sound_character_map(whole.substr(0, size)) == (size + 3 == whole.size()));
  }
  CHECK_FALSE(is_sound_character_map(map_of({}, texts)));
  CHECK_FALSE(is_sound_character_map(number(7) + whole.substr(4)));
  CHECK_FALSE(is_sound_character_map(number(0xFFFF'FFFFU) + whole.substr(4)));
  CHECK_FALSE(is_sound_character_map(map_of(trie_of_a(0), "no end")));
}

TEST_CASE("a character map that leads outside of itself is refused") {
  CHECK_FALSE(is_sound_character_map(map_of(trie_of_a(5), texts)));  // its text
  auto trie = trie_of_a(0);
  trie[0] = node(0, 1U << 20U);
  CHECK_FALSE(is_sound_character_map(map_of(trie, texts)));
  trie[0] = node(0, 700U);
  trie.resize(760);
  CHECK_FALSE(is_sound_character_map(map_of(trie, texts)));
}

TEST_CASE("a character map with more than 32 replacements for the beginnings of one text is refused") {
  // "a" leads back to where the root's children begin: "a", "aa", "aaa" and so on all have a text.
  auto trie = trie_of_a(0);
  trie[256 + 'a'] = node('a', 'a', true);
  trie[256] = value_bit;
  CHECK_FALSE(is_sound_character_map(map_of(trie, texts)));
  trie[256 + 'a'] = node('a', 'a');  // an endless way without a text does no harm
  CHECK(is_sound_character_map(map_of(trie, texts)));
}

}  // namespace character_map_test
