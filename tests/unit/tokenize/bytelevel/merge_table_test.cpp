#include "tokenize/bytelevel/merge_table.hpp"

#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/tokenize/byte_vocabulary.hpp"

namespace merge_table_test {

using namespace llmload::tokenize;

TEST_CASE("each way to cut a token into two others is a merge") {
  const MergeTable table(byte_vocabulary({"ab", "bc", "abc"}));
  CHECK(table.find('a', 'b') == 256);
  CHECK(table.find('b', 'c') == 257);
  CHECK(table.find(256, 'c') == 258);
  CHECK(table.find('a', 257) == 258);
}

TEST_CASE("other pairs do not merge") {
  const MergeTable table(byte_vocabulary({"ab", "xyz"}));
  CHECK(table.find('b', 'a') == no_rank);
  CHECK(table.find('x', 'y') == no_rank);
  CHECK(table.find(256, 256) == no_rank);
}

TEST_CASE("a vocabulary of single bytes has no merges") {
  CHECK(MergeTable(byte_vocabulary({})).find('a', 'b') == no_rank);
}

TEST_CASE("a list of merges gives ranks by its order, whatever the ids") {
  const std::vector<MergeTable::Merge> merges = {{'b', 'c', 300}, {'a', 'b', 256}};
  const MergeTable table(merges);
  CHECK(table.find('b', 'c') == 0);
  CHECK(table.merged('b', 'c', 0) == 300);
  CHECK(table.find('a', 'b') == 1);
  CHECK(table.merged('a', 'b', 1) == 256);
  CHECK(table.find('c', 'b') == no_rank);
}

TEST_CASE("a rank of a vocabulary's own merges is the token that they make") {
  const MergeTable table(byte_vocabulary({"ab"}));
  CHECK(table.merged('a', 'b', table.find('a', 'b')) == 256);
}

TEST_CASE("tokens may share a rank") {
  const Vocabulary vocabulary = byte_vocabulary({"ab", "bc", "abc"});
  std::vector<Rank> ranks(vocabulary.size(), 0);
  ranks[256] = ranks[257] = 7;
  ranks[258] = 3;
  const MergeTable table(vocabulary, ranks);
  CHECK(table.find('a', 'b') == 7);
  CHECK(table.find('b', 'c') == 7);
  CHECK(table.merged('a', 'b', 7) == 256);
  CHECK(table.merged('b', 'c', 7) == 257);
  CHECK(table.find(256, 'c') == 3);
  CHECK(table.find('b', 'b') == no_rank);
}

TEST_CASE("of many merges each is found, and no other") {
  constexpr TokenId size = 3000;
  std::vector<MergeTable::Merge> merges;
  for (TokenId left = 0; left < size; ++left) merges.push_back({left, left * 7 % size, size + left});
  const MergeTable table(merges);
  for (TokenId left = 0; left < size; ++left) {
    REQUIRE(table.find(left, left * 7 % size) == left);
    REQUIRE(table.find(left, (left * 7 + 1) % size) == no_rank);
  }
}

TEST_CASE("a vocabulary with more merges than there is room for is refused") {
  // Each of n letters can be cut in n - 1 ways; so can those with a letter of another kind at any place.
  Vocabulary vocabulary(256 * 257);
  TokenId id = 0;
  for (std::size_t before = 0; before < 256; ++before) {
    if (before != 0) vocabulary.add(id++, std::string(before, 'a'));
    for (std::size_t behind = 0; behind < 256; ++behind)
      vocabulary.add(id++, std::string(before, 'a') + 'b' + std::string(behind, 'a'));
  }
  CHECK_THROWS_AS(MergeTable(vocabulary), llmload::InputError);
}

}  // namespace merge_table_test
