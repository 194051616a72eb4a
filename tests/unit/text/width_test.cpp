#include "text/width.hpp"

#include "support/catch.hpp"

namespace width_test {

using namespace llmload::text;
using Lines = std::vector<std::string>;

TEST_CASE("a letter of an alphabet has one column, what may have two is taken for two") {
  CHECK(width("") == 0);
  CHECK(width("load") == 4);
  CHECK(width("\u00b1ms") == 3);
  CHECK(width("\u2588\u2591\u2026") == 3);
  CHECK(width("\u0416\u03a9") == 2);
  CHECK(width("\u4e2d\u6587") == 4);
  CHECK(width("\U0001f600!") == 3);
}

TEST_CASE("what has no room is cut, with a mark that says so") {
  CHECK(cut_to("abc", 3, "~") == "abc");
  CHECK(cut_to("abcd", 3, "~") == "ab~");
  CHECK(cut_to("\u4e2d\u6587", 4, "~") == "\u4e2d\u6587");
  CHECK(cut_to("\u4e2d\u6587", 3, "~") == "\u4e2d~");
  CHECK(cut_to("abc", 0, "~") == "~");
}

TEST_CASE("lines are broken at blanks, and later ones stand in a little") {
  CHECK(wrapped("", 10, 2) == Lines{""});
  CHECK(wrapped("one two", 7, 2) == Lines{"one two"});
  CHECK(wrapped("one two", 6, 2) == Lines{"one", "  two"});
  CHECK(wrapped("one two three four", 9, 2) == Lines{"one two", "  three", "  four"});
  CHECK(wrapped("one   two", 5, 0) == Lines{"one  ", "two"});
}

TEST_CASE("a word that has no room in a line is broken") {
  CHECK(wrapped("abcdefgh", 4, 1) == Lines{"abcd", " efg", " h"});
  CHECK(wrapped("\u4e2d\u6587", 1, 0) == Lines{"\u4e2d", "\u6587"});
  CHECK(wrapped("a bcdefgh", 4, 3) == Lines{"a", "   b", "   c", "   d", "   e", "   f", "   g", "   h"});
}

}  // namespace width_test
