#include "tokenize/merge_table.hpp"

#include "support/catch.hpp"
#include "unit/tokenize/byte_vocabulary.hpp"

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
  CHECK(table.find('b', 'a') == no_token);
  CHECK(table.find('x', 'y') == no_token);
  CHECK(table.find(256, 256) == no_token);
}

TEST_CASE("a vocabulary of single bytes has no merges") {
  CHECK(MergeTable(byte_vocabulary({})).find('a', 'b') == no_token);
}
