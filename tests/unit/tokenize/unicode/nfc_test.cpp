#include "tokenize/unicode/nfc.hpp"

#include <string>

#include "support/catch.hpp"

namespace nfc_test {

using namespace llmload::tokenize;

TEST_CASE("letters and marks that have a character of their own are joined") {
  CHECK(to_nfc("e\u0301") == "é");
  CHECK(to_nfc("o\u0302\u0323") == "ộ");  // the lower mark goes first
  CHECK(to_nfc("\u1E9B\u0323") == "\u1E9B\u0323");
  CHECK(to_nfc("Cafe\u0301s") == "Cafés");
}

TEST_CASE("marks are sorted by their class, those of one class keep their order") {
  CHECK(to_nfc("q\u0301\u0316") == "q\u0316\u0301");
  CHECK(to_nfc("q\u0301\u0302\u0300") == "q\u0301\u0302\u0300");
  CHECK(to_nfc("q\u0345\u0334\u0319\u0316") == "q\u0334\u0319\u0316\u0345");
}

TEST_CASE("a mark of the same class, or a letter, in between keeps a mark apart") {
  CHECK(to_nfc("a\u0305\u0301") == "a\u0305\u0301");
  CHECK(to_nfc("ab\u0301") == "ab\u0301");
  CHECK(to_nfc("a\u0316\u0301") == "á\u0316");
}

TEST_CASE("characters that stand for others are replaced") {
  CHECK(to_nfc("\u212B\u2126") == "ÅΩ");
  CHECK(to_nfc("\u0344") == "\u0308\u0301");
  CHECK(to_nfc("\u0958") == "\u0915\u093C");  // decomposed, and never composed
  CHECK(to_nfc("\U0001D15E") == "\U0001D157\U0001D165");
}

TEST_CASE("syllables of Hangul are composed by rule") {
  CHECK(to_nfc("\u1112\u1161\u11AB\u1100\u1173\u11AF") == "한글");
  CHECK(to_nfc("\uD558\u11AB") == "한");
  CHECK(to_nfc("\u1112\u11AB") == "\u1112\u11AB");
  CHECK(to_nfc("한\u11AB") == "한\u11AB");
}

TEST_CASE("a mark that is newer than Unicode 9.0 stays where it is") {
  CHECK(to_nfc("q\u0301\u1AC7\u0316") == "q\u0301\u1AC7\u0316");
}

TEST_CASE("bytes that are no UTF-8 stay as they are, and part what is around them") {
  CHECK(to_nfc("e\xFF\u0301\xC3") == "e\xFF\u0301\xC3");
  CHECK(to_nfc("\xFF\u0301\u0316") == "\xFF\u0316\u0301");
}

TEST_CASE("text is known to be normalized where none of its characters may change") {
  CHECK(is_nfc("plain, Größe, тест, 测试, 한글, 🙂 \xFF"));
  CHECK(!is_nfc("e\u0301"));
  CHECK(!is_nfc("\u212B"));
  CHECK(!is_nfc("\u1161"));
}

TEST_CASE("a long run of marks is normalized in less than quadratic time") {
  std::string marks, sorted;
  for (int i = 0; i < 100'000; ++i) marks += "\u0301\u0316";
  for (int i = 0; i < 100'000; ++i) sorted += "\u0316";
  for (int i = 0; i < 100'000; ++i) sorted += "\u0301";
  CHECK(to_nfc(marks) == sorted);
}

}  // namespace nfc_test
