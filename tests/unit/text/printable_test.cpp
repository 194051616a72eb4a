#include "text/printable.hpp"

#include "llmload/printable.hpp"
#include "support/catch.hpp"

namespace printable_test {

using namespace llmload;

TEST_CASE("what a terminal obeys becomes a blank, a run of it one") {
  CHECK(printable("plain, gr\xc3\xbc\xc3\x9f dich, \xf0\x9f\x98\x80") ==
        "plain, gr\xc3\xbc\xc3\x9f dich, \xf0\x9f\x98\x80");
  CHECK(printable("a\x1b[2Jb\x07") == "a [2Jb ");
  CHECK(printable(std::string("a\0b\r\n\tc\x7f", 8)) == "a b c ");
  CHECK(printable("\x1b]52;c;x\x07") == "]52;c;x ");
  CHECK(printable("a\xc2\x9b"
                  "b\xc2\x80"
                  "c\xc2\xa0"
                  "d") ==
        "a b c\xc2\xa0"
        "d");
}

TEST_CASE("marks that turn text, and line ends of Unicode, become a blank") {
  for (const char* mark : {"\xd8\x9c", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8", "\xe2\x80\xa9",
                           "\xe2\x80\xaa", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa9", "\xe2\x81\xaf"})
    CHECK(printable(std::string("a") + mark + "b") == "a b");
  for (const char* shown : {"\xe2\x80\x8d", "\xe2\x80\xaf", "\xe2\x81\xb0", "\xd8\x9b", "\xe2\x82\xac"})
    CHECK(printable(shown) == shown);
}

TEST_CASE("bytes that are no UTF-8 are not handed to the terminal: some take them for control characters") {
  CHECK(printable("a\x9b"
                  "31mb") ==
        "a\xef\xbf\xbd"
        "31mb");
  CHECK(printable("\xc2") == "\xef\xbf\xbd");
}

TEST_CASE("a cell that a spreadsheet would take for a formula is marked as text") {
  for (const char* formula : {"=1+1", "+1", "-cmd", "@SUM(A1)",
                              "\xef\xbc\x9d"
                              "1",
                              "-1+cmd|x", "- 1"})
    CHECK(printable_cell(formula) == std::string("'") + formula);
  CHECK(printable_cell("\n=1") == "'=1");
  CHECK(printable_cell("\t\r =1") == "' =1");
  CHECK(printable_cell("  =1") == "'  =1");
  CHECK(printable_cell("\"=1\"") == "'\"=1\"");
  CHECK(printable_cell("' \"\xc2\xa0@x") == "'' \"\xc2\xa0@x");
}

TEST_CASE("a cell that is a number, or no formula, is as it was") {
  for (const char* cell : {"-1", "-0.25", "-1e-3", "", "a=b", "stop 3; length 4", "1-2", "'", "\""})
    CHECK(printable_cell(cell) == cell);
  CHECK(printable_cell("two\nlines") == "two lines");
}

TEST_CASE("a cell of a markdown table has no bar") { CHECK(markdown_cell("a|b\n|=c") == "a/b /=c"); }

}  // namespace printable_test
