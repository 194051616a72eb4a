#include "tokenize/unicode/utf8.hpp"

#include <string>

#include "support/catch.hpp"

namespace utf8_test {

using llmload::tokenize::code_point_at;

constexpr char32_t replacement = U'\uFFFD';

TEST_CASE("code points of one to four bytes are read at their place") {
  const std::string text = "aß测🙂";
  CHECK(code_point_at(text, 0).value == U'a');
  CHECK(code_point_at(text, 0).size == 1);
  CHECK(code_point_at(text, 1).value == U'ß');
  CHECK(code_point_at(text, 1).size == 2);
  CHECK(code_point_at(text, 3).value == U'测');
  CHECK(code_point_at(text, 3).size == 3);
  CHECK(code_point_at(text, 6).value == U'🙂');
  CHECK(code_point_at(text, 6).size == 4);
}

TEST_CASE("the first and last code points of each length are well-formed") {
  CHECK(code_point_at("\xC2\x80", 0).value == 0x80);
  CHECK(code_point_at("\xDF\xBF", 0).value == 0x7FF);
  CHECK(code_point_at("\xE0\xA0\x80", 0).value == 0x800);
  CHECK(code_point_at("\xED\x9F\xBF", 0).value == 0xD7FF);
  CHECK(code_point_at("\xEE\x80\x80", 0).value == 0xE000);
  CHECK(code_point_at("\xEF\xBF\xBF", 0).value == 0xFFFF);
  CHECK(code_point_at("\xF0\x90\x80\x80", 0).value == 0x10000);
  CHECK(code_point_at("\xF4\x8F\xBF\xBF", 0).value == 0x10FFFF);
}

TEST_CASE("a byte of an ill-formed sequence reads as U+FFFD, one byte long") {
  const char* const text = GENERATE("\x80",              // a continuation without a start
                                    "\xC0\x80",          // overlong, two bytes
                                    "\xC1\xBF",          // overlong, two bytes
                                    "\xE0\x9F\xBF",      // overlong, three bytes
                                    "\xF0\x8F\xBF\xBF",  // overlong, four bytes
                                    "\xED\xA0\x80",      // a surrogate
                                    "\xF4\x90\x80\x80",  // above U+10FFFF
                                    "\xF5\x80\x80\x80",  // above U+10FFFF
                                    "\xFF",              // no byte of UTF-8
                                    "\xC3",              // cut off after one
                                    "\xE6\xB5",          // cut off after two
                                    "\xF0\x9F\x99",      // cut off after three
                                    "\xC3x",             // ended by another character
                                    "\xE6\xB5x", "\xF0\x9F\x99x");
  CHECK(code_point_at(text, 0).value == replacement);
  CHECK(code_point_at(text, 0).size == 1);
}

}  // namespace utf8_test
