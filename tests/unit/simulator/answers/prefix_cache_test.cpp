#include "simulator/answers/prefix_cache.hpp"

#include <cstddef>
#include <string>

#include "simulator/answers/output_text.hpp"
#include "support/catch.hpp"

namespace prefix_cache_test {

using llmload::simulator::OutputText;
using llmload::simulator::PrefixCache;

/// So many words, each of which is a token, and none of which another `name` has.
std::string words(const std::string& name, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text.append(i == 0 ? "" : " ").append(name + std::to_string(i));
  return text;
}

std::size_t take(PrefixCache& cache, const std::string& prompt) {
  return cache.take(prompt, OutputText(nullptr).ends(prompt));
}

TEST_CASE("a prompt that comes again is there in whole blocks of 16 tokens") {
  for (const std::size_t tokens : {0U, 1U, 15U, 16U, 17U, 31U, 32U, 100U}) {
    INFO(tokens);
    PrefixCache cache(1'000);
    CHECK(take(cache, words("a", tokens)) == 0);
    CHECK(take(cache, words("a", tokens)) == tokens / 16 * 16);
    CHECK(take(cache, words("b", tokens)) == 0);
  }
}

TEST_CASE("a prompt that shares its beginning has the whole blocks of it") {
  PrefixCache cache(1'000);
  (void)take(cache, words("a", 50) + ' ' + words("b", 50));
  CHECK(take(cache, words("a", 50) + ' ' + words("c", 50)) == 48);
  CHECK(take(cache, words("a", 48) + ' ' + words("d", 52)) == 48);
  CHECK(take(cache, words("a", 47) + ' ' + words("e", 53)) == 32);
  CHECK(take(cache, words("a", 50) + ' ' + words("c", 50)) == 96);
}

TEST_CASE("a block behind another beginning is another block") {
  PrefixCache cache(1'000);
  (void)take(cache, words("a", 16) + ' ' + words("b", 32));
  CHECK(take(cache, words("b", 32)) == 0);
  CHECK(take(cache, words("c", 16) + ' ' + words("b", 32)) == 0);
  CHECK(take(cache, words("a", 16) + ' ' + words("b", 32)) == 48);
}

TEST_CASE("a block is its text, to the last byte") {
  PrefixCache cache(1'000);
  (void)take(cache, words("a", 32));
  std::string other = words("a", 32);
  other.back() = '2';  // the last block is another one
  CHECK(take(cache, other) == 16);
}

TEST_CASE("what was used least recently goes, and a prompt's end before its beginning") {
  PrefixCache cache(4);
  (void)take(cache, words("a", 32));
  (void)take(cache, words("b", 32));
  CHECK(take(cache, words("a", 16)) == 16);  // its beginning alone is used again
  (void)take(cache, words("c", 16));         // in place of the end of a
  CHECK(take(cache, words("a", 32)) == 16);  // whose end is now in place of b's
  CHECK(take(cache, words("b", 32)) == 16);
}

TEST_CASE("of a prompt that is longer than the cache the beginning is kept") {
  PrefixCache cache(3);
  CHECK(take(cache, words("a", 160)) == 0);
  CHECK(take(cache, words("a", 160)) == 48);
}

}  // namespace prefix_cache_test
