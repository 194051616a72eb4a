#include "dataset/row_cutter.hpp"

#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace row_cutter_test {

using namespace llmload;
using dataset::Container;
using dataset::RowCutter;
using Rows = std::vector<std::string>;

Rows cut(Container container, std::string_view text, bool is_rest = true) {
  Rows rows;
  RowCutter cutter(container, text, is_rest);
  while (const auto row = cutter.next()) rows.emplace_back(*row);
  return rows;
}

TEST_CASE("lines are cut at their ends, without blanks around them and blank lines between") {
  CHECK(cut(Container::lines, "a\r\n\r\n  b c \n\nd") == Rows{"a", "b c", "d"});
  CHECK(cut(Container::lines, " \n\r\n\t").empty());
}

TEST_CASE("a line that goes on behind the text is no row yet") {
  CHECK(cut(Container::lines, "a\nb", false) == Rows{"a"});
  CHECK(cut(Container::lines, "a\nb\n", false) == Rows{"a", "b"});
}

TEST_CASE("a list's rows are parted by commas, whatever brackets and quotes stand in their strings") {
  CHECK(cut(Container::list, R"( {"a": "}],{"} , [1, [2]],"x\\\"]", 7 , null ] )") ==
        Rows{R"({"a": "}],{"})", "[1, [2]]", R"("x\\\"]")", "7", "null"});
  CHECK(cut(Container::list, "]").empty());
}

TEST_CASE("a list's row is whole when what parts it from the next one is there, too") {
  for (const char* text : {"{\"a\": 1}", "{\"a\": 1} ", "{\"a\": 1},", "{\"a\"", "\"a", "12", "12 "})
    CHECK(cut(Container::list, text, false).empty());
  CHECK(cut(Container::list, "12, 3", false) == Rows{"12"});
  CHECK(cut(Container::list, "12]", false) == Rows{"12"});
}

TEST_CASE("a list without commas, with one too many, or with more behind it is refused") {
  const auto problem = [](std::string_view text) {
    return error_of<InputError>([&] { cut(Container::list, text); });
  };
  CHECK(has(problem("{} {}]"), "no comma"));
  CHECK(has(problem("{},]"), "a comma before"));
  CHECK(has(problem("{}] {}"), "more text behind"));
}

TEST_CASE("whether a list has ended is known") {
  RowCutter whole(Container::list, "1, 2]\n", true), torn(Container::list, "1, 2", true);
  while (whole.next()) {
  }
  while (torn.next()) {
  }
  CHECK(whole.list_ended());
  CHECK_FALSE(torn.list_ended());
}

TEST_CASE("a CSV record goes on over line ends in quotes, and over quotes that are doubled") {
  CHECK(cut(Container::csv, "a,b\r\n\"x\ny\",1\n\n\"say \"\"hi\n\"\"\",2\nlast,") ==
        Rows{"a,b", "\"x\ny\",1", "\"say \"\"hi\n\"\"\",2", "last,"});
  CHECK(cut(Container::csv, "\"a\n", false).empty());
  CHECK(cut(Container::csv, "\"a\"", false).empty());  // the next byte may be a quote
  CHECK(cut(Container::csv, "\"never closed\nb\n") == Rows{"\"never closed\nb\n"});
}

}  // namespace row_cutter_test
