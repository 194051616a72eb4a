#include "tokenize/unicode/unicode_classes.hpp"

#include "support/catch.hpp"

namespace unicode_classes_test {

using namespace llmload::tokenize;

int count_of(CharacterClass wanted) {
  int count = 0;
  for (char32_t code_point = 0; code_point < 0x110000; ++code_point) {
    if ((classes_of(code_point) & wanted) != 0) ++count;
  }
  return count;
}

TEST_CASE("the classes have the sizes of Unicode 16.0") {
  CHECK(count_of(letter) == 141'028);
  CHECK(count_of(number) == 1'911);
  CHECK(count_of(space) == 25);
  CHECK(count_of(upper_word) == 1'858 + 31 + 404 + 136'477 + 2'501);  // Lu, Lt, Lm, Lo, M
  CHECK(count_of(lower_word) == 2'258 + 404 + 136'477 + 2'501);       // Ll, Lm, Lo, M
}

TEST_CASE("a code point is at most one of letter, number and space") {
  for (char32_t code_point = 0; code_point < 0x110000; ++code_point) {
    const auto classes = classes_of(code_point) & (letter | number | space);
    const bool at_most_one = (classes & (classes - 1)) == 0;
    if (!at_most_one) FAIL("code point " << static_cast<std::uint32_t>(code_point));
  }
}

TEST_CASE("letters, numbers and spaces of several scripts are known") {
  CHECK(classes_of(U'a') == (letter | lower_word));
  CHECK(classes_of(U'A') == (letter | upper_word));
  CHECK(classes_of(U'\u01C5') == (letter | upper_word));  // a titlecase digraph
  CHECK(classes_of(U'ß') == (letter | lower_word));
  CHECK(classes_of(U'测') == (letter | upper_word | lower_word));
  CHECK(classes_of(U'\u02B0') == (letter | upper_word | lower_word));  // a modifier letter
  CHECK(classes_of(U'\u1C89') == (letter | upper_word));               // new in Unicode 16.0
  CHECK(classes_of(U'7') == number);
  CHECK(classes_of(U'²') == number);
  CHECK(classes_of(U'Ⅷ') == number);
  CHECK(classes_of(U'\u00A0') == space);
  CHECK(classes_of(U'\u0085') == space);
  CHECK(classes_of(U'\u3000') == space);
}

TEST_CASE("what other regex engines take for spaces is none") {
  for (const char32_t code_point : {U'\u200B', U'\uFEFF', U'\u180E', U'\u001C'})
    CHECK(classes_of(code_point) == 0);
}

TEST_CASE("a mark is no letter, but stands in words of both cases") {
  CHECK(classes_of(U'\u0301') == (upper_word | lower_word));
}

TEST_CASE("symbols and the highest code points have no class") {
  for (const char32_t code_point : {U'!', U'_', U'🙂', U'\U0010FFFF'}) CHECK(classes_of(code_point) == 0);
}

}  // namespace unicode_classes_test
