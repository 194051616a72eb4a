#include "tokenize/merge.hpp"

#include <random>
#include <string_view>
#include <vector>

#include "support/catch.hpp"
#include "unit/tokenize/byte_vocabulary.hpp"

using namespace llmload::tokenize;

namespace {

using Ids = std::vector<TokenId>;
using MergeFunction = std::size_t (*)(const MergeTable&, std::span<TokenId>);

Ids merged(MergeFunction merge, const MergeTable& table, Ids parts) {
  parts.resize(merge(table, parts));
  return parts;
}

Ids bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace

TEST_CASE("merging follows the same rules by scan and by heap") {
  const MergeFunction merge = GENERATE(&merge_by_scan, &merge_by_heap);

  SECTION("the pair of the lowest rank merges first") {
    const MergeTable table(byte_vocabulary({"bc", "ab"}));
    CHECK(merged(merge, table, bytes_of("abc")) == Ids{'a', 256});
  }
  SECTION("of equal ranks, the leftmost pair merges first") {
    const MergeTable table(byte_vocabulary({"aa"}));
    CHECK(merged(merge, table, bytes_of("aaa")) == Ids{256, 'a'});
    CHECK(merged(merge, table, bytes_of("aaaaa")) == Ids{256, 256, 'a'});
  }
  SECTION("a merge makes new pairs on both of its sides") {
    const MergeTable table(byte_vocabulary({"bc", "abc", "abcd"}));
    CHECK(merged(merge, table, bytes_of("abcd")) == Ids{258});
  }
  SECTION("a merge takes away the pairs that it breaks") {
    const MergeTable table(byte_vocabulary({"bc", "ab", "cd"}));
    CHECK(merged(merge, table, bytes_of("abcd")) == Ids{'a', 256, 'd'});
  }
  SECTION("a token that no merge leads to does not appear") {
    const MergeTable table(byte_vocabulary({"abc"}));
    CHECK(merged(merge, table, bytes_of("abc")) == Ids{'a', 'b', 'c'});
  }
  SECTION("one part, and none, stay as they are") {
    const MergeTable table(byte_vocabulary({"ab"}));
    CHECK(merged(merge, table, bytes_of("a")) == Ids{'a'});
    CHECK(merged(merge, table, {}).empty());
  }
}

TEST_CASE("scan and heap agree on random parts") {
  const MergeTable table(
      byte_vocabulary({"ab", "ba", "aa", "abab", "aab", "bb", "baa", "aaaa", "cab", "ca", "abba", "bbb", "cc",
                       "cabc", "bcc", "aabb", "ccc", "ababab", "bbaa"}));
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    Ids parts(1 + random() % most_scanned_parts);
    for (TokenId& part : parts) part = 'a' + static_cast<TokenId>(random() % 3);
    REQUIRE(merged(merge_by_scan, table, parts) == merged(merge_by_heap, table, parts));
  }
}
