#include "tokenize/bytelevel/bpe.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "unit/tokenize/byte_vocabulary.hpp"

namespace bpe_test {

using namespace llmload::tokenize;

using Ids = std::vector<TokenId>;

Ids encoded(const Bpe& bpe, std::string_view piece) {
  Ids ids;
  bpe.append(bpe.vocabulary().begin_find(piece), ids);
  return ids;
}

TEST_CASE("a piece that is a token is that token, even if no merge leads to it") {
  const Bpe bpe(byte_vocabulary({"abc"}));
  CHECK(encoded(bpe, "abc") == Ids{256});
  CHECK(encoded(bpe, "abcd") == Ids{'a', 'b', 'c', 'd'});
}

TEST_CASE("any other piece is merged by rank") {
  const Bpe bpe(byte_vocabulary({"bc", "ab", "cd"}));
  CHECK(encoded(bpe, "abcd") == Ids{'a', 256, 'd'});
}

TEST_CASE("bytes above 127 are tokens like the others") {
  const Bpe bpe(byte_vocabulary({"\xC3\xA9"}));
  CHECK(encoded(bpe, "\xC3\xA9\xFF") == Ids{256, 0xFF});
}

TEST_CASE("ids are appended to those that are there") {
  const Bpe bpe(byte_vocabulary({"ab"}));
  Ids ids = {7};
  bpe.append(bpe.vocabulary().begin_find("abc"), ids);
  CHECK(ids == Ids{7, 256, 'c'});
}

TEST_CASE("pieces on both sides of the longest scanned length follow the same rule") {
  const Bpe bpe(byte_vocabulary({"aa", "aaaa"}));
  for (const std::size_t size : {63U, 64U, 65U, 66U, 4096U}) {
    Ids expected(size / 4, 257);
    if (size % 4 >= 2) expected.push_back(256);
    if (size % 2 == 1) expected.push_back('a');
    CHECK(encoded(bpe, std::string(size, 'a')) == expected);
  }
}

TEST_CASE("a piece of a megabyte takes no quadratic time") {
  const Bpe bpe(byte_vocabulary({"aa", "aaaa"}));
  CHECK(encoded(bpe, std::string(1 << 20, 'a')).size() == (1 << 18));
}

TEST_CASE("the count of a piece is the number of its ids, whole, scanned or long") {
  const Bpe bpe(byte_vocabulary({"aa", "aaaa", "abc"}));
  for (const std::string& piece : {std::string("abc"), std::string("abca"), std::string(1'000, 'a')})
    CHECK(bpe.count(bpe.vocabulary().begin_find(piece)) == encoded(bpe, piece).size());
}

TEST_CASE("where merges alone decide, a token that they don't make does not appear") {
  const auto made = [](bool whole_pieces) {
    Vocabulary vocabulary = byte_vocabulary({"ab", "abc", "bc"});
    const std::vector<MergeTable::Merge> merges = {{'b', 'c', 258}, {'a', 'b', 256}, {256, 'c', 257}};
    return Bpe(std::move(vocabulary), MergeTable(merges), whole_pieces);
  };
  CHECK(encoded(made(true), "abc") == Ids{257});
  CHECK(encoded(made(false), "abc") == Ids{'a', 258});
  CHECK(encoded(made(false), "ab") == Ids{256});
  CHECK(made(false).vocabulary().bytes(257) == "abc");
}

}  // namespace bpe_test
