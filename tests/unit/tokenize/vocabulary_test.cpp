#include "tokenize/vocabulary.hpp"

#include <string>

#include "support/catch.hpp"

namespace vocabulary_test {

using namespace llmload::tokenize;

TEST_CASE("a token is found by its bytes and by its id") {
  Vocabulary vocabulary(2);
  vocabulary.add(1, "one");
  vocabulary.add(0, std::string("\0zero", 5));
  CHECK(vocabulary.find("one") == 1);
  CHECK(vocabulary.find(std::string("\0zero", 5)) == 0);
  CHECK(vocabulary.bytes(1) == "one");
  CHECK(vocabulary.bytes(0) == std::string("\0zero", 5));
  CHECK(vocabulary.size() == 2);
}

TEST_CASE("what is no token is not found") {
  Vocabulary vocabulary(3);
  vocabulary.add(0, "ab");
  CHECK(vocabulary.find("a") == no_token);
  CHECK(vocabulary.find("abc") == no_token);
  CHECK(vocabulary.find("") == no_token);
  CHECK(vocabulary.bytes(2).empty());
}

TEST_CASE("each of many tokens is found, and nothing else") {
  constexpr TokenId size = 5'000;
  Vocabulary vocabulary(size);
  for (TokenId id = 0; id < size; ++id) vocabulary.add(id, std::to_string(id));
  for (TokenId id = 0; id < size; ++id) REQUIRE(vocabulary.find(std::to_string(id)) == id);
  for (TokenId id = size; id < 2 * size; ++id) REQUIRE(vocabulary.find(std::to_string(id)) == no_token);
}

TEST_CASE("tokens on both sides of eight bytes are told apart by each of their bytes") {
  Vocabulary vocabulary(40);
  TokenId id = 0;
  for (std::size_t size = 1; size <= 40; ++size) vocabulary.add(id++, std::string(size, 'a'));
  for (std::size_t size = 1; size <= 40; ++size) {
    std::string token(size, 'a');
    CHECK(vocabulary.find(token) == size - 1);
    for (char& byte : token) {
      byte = 'b';
      CHECK(vocabulary.find(token) == no_token);
      byte = 'a';
    }
  }
  CHECK(vocabulary.find(std::string(1, '\0')) == no_token);
}

TEST_CASE("a hidden token keeps its bytes, and those after it are still found") {
  Vocabulary vocabulary(200);
  for (TokenId id = 0; id < 200; ++id) vocabulary.add(id, std::to_string(id));
  for (TokenId id = 0; id < 200; id += 2) vocabulary.hide(id);
  for (TokenId id = 0; id < 200; ++id) {
    CHECK(vocabulary.find(std::to_string(id)) == (id % 2 == 0 ? no_token : id));
    CHECK(vocabulary.bytes(id) == std::to_string(id));
  }
  Vocabulary long_ones(2);
  long_ones.add(0, "more than eight bytes");
  long_ones.add(1, "more than eight, too");
  long_ones.hide(0);
  CHECK(long_ones.find("more than eight bytes") == no_token);
  CHECK(long_ones.find("more than eight, too") == 1);
}

TEST_CASE("a look-up that has begun finds the same") {
  Vocabulary vocabulary(2);
  vocabulary.add(0, "ab");
  vocabulary.add(1, "more than eight");
  for (const std::string_view text : {"ab", "ba", "more than eight", "more than ate", "longer than any"}) {
    CHECK(vocabulary.end_find(vocabulary.begin_find(text)) == vocabulary.find(text));
  }
  CHECK(vocabulary.end_find(vocabulary.begin_find(std::string(1000, 'a'))) == no_token);
}

}  // namespace vocabulary_test
