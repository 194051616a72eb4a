#include "tokenize/bytelevel/merge.hpp"

#include <algorithm>
#include <cstddef>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"
#include "unit/tokenize/byte_vocabulary.hpp"

namespace merge_test {

using namespace llmload::tokenize;

using Ids = std::vector<TokenId>;
using MergeFunction = std::size_t (*)(const MergeTable&, std::span<TokenId>, std::span<Rank>);

Ids merged(MergeFunction merge, const MergeTable& table, Ids parts) {
  std::vector<Rank> ranks(parts.size());
  find_ranks(table, parts, ranks);
  parts.resize(merge(table, parts, ranks));
  return parts;
}

Ids bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

/// By the rule itself: look for the lowest pair, merge it, and begin again.
Ids merged_by_rule(const MergeTable& table, Ids parts) {
  for (;;) {
    std::size_t lowest = 0;
    Rank rank = no_rank;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const Rank found = table.find(parts[i], parts[i + 1]);
      if (found < rank) {
        rank = found;
        lowest = i;
      }
    }
    if (rank == no_rank) return parts;
    parts[lowest] = table.merged(parts[lowest], parts[lowest + 1], rank);
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(lowest) + 1);
  }
}

TEST_CASE("merging follows the same rules by scan and by queue") {
  const MergeFunction merge = GENERATE(&merge_by_scan, &merge_by_queue);

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

TEST_CASE("scan and queue agree on random parts") {
  const MergeTable table(
      byte_vocabulary({"ab", "ba", "aa", "abab", "aab", "bb", "baa", "aaaa", "cab", "ca", "abba", "bbb", "cc",
                       "cabc", "bcc", "aabb", "ccc", "ababab", "bbaa"}));
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    Ids parts(1 + random() % most_scanned_parts);
    for (TokenId& part : parts) part = 'a' + static_cast<TokenId>(random() % 3);
    REQUIRE(merged(merge_by_scan, table, parts) == merged(merge_by_queue, table, parts));
  }
}

TEST_CASE("the queue follows the rule on long runs of parts, whatever the order of their ranks") {
  std::mt19937 random(2);
  for (int round = 0; round < 300; ++round) {
    // Merges of random tokens in a random order: what a merge makes may merge before the merge itself does.
    std::vector<MergeTable::Merge> merges;
    for (TokenId made = 256; made < 316; ++made) {
      const auto any = [&] {
        const auto token = static_cast<TokenId>(random() % (made - 256 + 3));
        return token < 3 ? 'a' + token : 253 + token;
      };
      const MergeTable::Merge merge{any(), any(), made};
      const bool is_new = std::ranges::none_of(
          merges, [&](const auto& other) { return other.left == merge.left && other.right == merge.right; });
      if (is_new) merges.push_back(merge);
    }
    std::ranges::shuffle(merges, random);
    const MergeTable table(merges);
    Ids parts(1 + random() % 400);
    for (TokenId& part : parts) part = 'a' + static_cast<TokenId>(random() % 3);
    REQUIRE(merged(merge_by_queue, table, parts) == merged_by_rule(table, parts));
  }
}

TEST_CASE("the queue takes the leftmost of equal ranks, also where it comes late") {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::set<std::string> tokens;
    while (tokens.size() < 12) {
      std::string token;
      for (auto size = 2 + random() % 4; size > 0; --size) token += static_cast<char>('a' + random() % 2);
      tokens.insert(token);
    }
    Vocabulary vocabulary(256 + tokens.size());
    TokenId id = 0;
    for (; id < 256; ++id) vocabulary.add(id, std::string(1, static_cast<char>(id)));
    for (const std::string& token : tokens) vocabulary.add(id++, token);
    std::vector<Rank> ranks(vocabulary.size());
    for (Rank& rank : ranks) rank = static_cast<Rank>(random() % 3);
    const MergeTable table(vocabulary, ranks);
    Ids parts(1 + random() % 200);
    for (TokenId& part : parts) part = 'a' + static_cast<TokenId>(random() % 2);
    REQUIRE(merged(merge_by_queue, table, parts) == merged_by_rule(table, parts));
  }
}

}  // namespace merge_test
