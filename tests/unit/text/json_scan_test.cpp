#include "text/json_scan.hpp"

#include "support/catch.hpp"

namespace json_scan_test {

using namespace llmload;
using text::name_given_twice;

TEST_CASE("a string ends at the first quote that is not escaped") {
  CHECK(text::behind_json_string(R"("a" b)", 0) == 3);
  CHECK(text::behind_json_string(R"("a\"b")", 0) == 6);
  CHECK(text::behind_json_string(R"("a\\"b")", 0) == 5);
  CHECK(text::behind_json_string(R"("a\")", 0) == std::string_view::npos);
}

TEST_CASE("a name that one object has twice is found at any depth, also where it is escaped") {
  CHECK(name_given_twice(R"({"a":1,"b":2,"a":3})") == "a");
  CHECK(name_given_twice(R"([{"a":{"x":1,"y":[],"x":2}}])") == "x");
  CHECK(name_given_twice(R"({"a" :1, "\u0061": 2})") == "a");
  CHECK(name_given_twice(R"({"":1,"":2})") == "");
}

TEST_CASE("names of several objects, and strings that look like names, are not given twice") {
  CHECK_FALSE(name_given_twice(R"({"a":{"a":{"b":1}},"b":[{"a":1},{"a":2}]})"));
  CHECK_FALSE(name_given_twice(R"({"a":"{\"b\":1,\"b\":2}","c":["a","a","a"]})"));
  CHECK_FALSE(name_given_twice("\"a\""));
  CHECK_FALSE(name_given_twice("7"));
}

}  // namespace json_scan_test
