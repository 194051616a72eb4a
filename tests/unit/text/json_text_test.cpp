#include "text/json_text.hpp"

#include <boost/json.hpp>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace json_text_test {

using namespace llmload;

std::string refusal(std::string_view text) {
  return error_of<InputError>([&] { (void)text::parse_json(text, "f.json"); });
}

TEST_CASE("JSON is parsed, with or without a BOM and white space around it") {
  CHECK(text::parse_json("{\"a\":1}", "f") == boost::json::parse("{\"a\":1}"));
  CHECK(text::parse_json("\xef\xbb\xbf [1]\r\n ", "f") == boost::json::parse("[1]"));
  CHECK(text::parse_json("12", "f") == 12);
}

TEST_CASE("invalid JSON is shown by line and column, from 1") {
  CHECK(has(refusal("x"), "f.json: invalid JSON at line 1, column 1: "));
  CHECK(has(refusal("[1,\n2,\n  x]"), "line 3, column 3: "));
  CHECK(has(refusal("{\"a\":1}\n\n  {"), "line 3, column 3: "));
  CHECK(has(refusal("[1,\r\n!]"), "line 2, column 1: "));
  CHECK(has(refusal("12 x"), "line 1, column 4: "));
}

TEST_CASE("JSON that ends too early is shown at its end") {
  CHECK(has(refusal(""), "line 1, column 1: "));
  CHECK(has(refusal("[1,\n2"), "line 2, column 2: "));
  CHECK(has(refusal("\"abc"), "line 1, column 5: "));
}

TEST_CASE("an error of JSON says what is wrong there") {
  CHECK(has(refusal(" \n"), "it is empty"));
  CHECK(has(refusal("{\"a\": \"b\""), "it ends here, in the middle"));
  CHECK(has(refusal("{}\n{}"), "line 2, column 1: more text behind the end"));
  CHECK(has(refusal("{'a': 1}"), "column 2: syntax error at '''"));
  CHECK(has(refusal("{“a”: 1}"), "at '“'"));
  CHECK(has(refusal("[\"a\nb\"]"), "control character"));
  CHECK(has(refusal("[\"caf\xe9\"]"), "not UTF-8"));
}

TEST_CASE("half of a surrogate pair is named, at its place") {
  const std::string half = "half of a surrogate pair (\\ud83d without its other half)";
  CHECK(has(refusal("{\"a\":\n \"Rivers \\ud83d\"}"), "line 2, column 10: " + half));
  for (const char* text : {"[\"\\ud83d\"]", "[\"\\ud83d and more text\"]", "[\"\\ud83d\\n\"]",
                           "[\"\\ud83d\\u0041\"]", "[\"\\ud83d\\ud83d\\ude42\"]", "{\"\\ud83d\": 1}"})
    CHECK(has(refusal(text), "column 3: " + half));
  CHECK(has(refusal("[\"\\ude42\"]"), "column 3: half of a surrogate pair (\\ude42"));
  CHECK(has(refusal("[\"\\ud83d\\ude42\", \"\\uD83D\"]"), "column 19: half of a surrogate pair (\\uD83D"));
  CHECK(has(refusal("[\"\\\\ud83d\" x]"), "column 12: syntax error"));
  CHECK(text::parse_json("\"\\ud83d\\ude42\"", "f") == "🙂");
}

TEST_CASE("an error in a line has no line of its own") {
  CHECK(text::parse_json_line("\xef\xbb\xbf[1]\r", "f, line 1") == boost::json::parse("[1]"));
  CHECK(has(error_of<InputError>([] { (void)text::parse_json_line("[1,!]", "f, line 7"); }),
            "f, line 7: invalid JSON at column 4: "));
}

TEST_CASE("the BOM counts for no column") { CHECK(has(refusal("\xef\xbb\xbf[x]"), "line 1, column 2: ")); }

TEST_CASE("JSON that is nested too deep or no UTF-8 is invalid, and no crash") {
  CHECK(has(refusal(std::string(10'000, '[')), "invalid JSON at line 1"));
  CHECK(has(refusal("\"\xff\""), "invalid JSON at line 1"));
}

}  // namespace json_text_test
