#include "dataset/csv_record.hpp"

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace csv_record_test {

using namespace llmload;
using dataset::csv_fields;
using dataset::csv_row;
using Fields = std::vector<std::string>;

TEST_CASE("a record's fields are as RFC 4180 has them") {
  CHECK(csv_fields("a,b,") == Fields{"a", "b", ""});
  CHECK(csv_fields("") == Fields{""});
  CHECK(csv_fields("\"a,\n\"\"b\"\"\", c ,\"\"") == Fields{"a,\n\"b\"", " c ", ""});
}

TEST_CASE("a field whose quotes do not match is refused") {
  const auto problem = [](std::string_view record) {
    return error_of<InputError>([&] { csv_fields(record); });
  };
  CHECK(has(problem("\"a"), "not closed"));
  CHECK(has(problem("\"a\"b,c"), "behind a field's closing quote"));
  CHECK(has(problem("a \"b\" c"), "does not begin with one"));
}

TEST_CASE("a row has its columns' names, and nothing where a field is empty") {
  CHECK(csv_row({"prompt", "label"}, "hi,") == boost::json::parse(R"({"prompt":"hi"})").as_object());
  const auto problem = [](std::string_view record) {
    return error_of<InputError>([&] { csv_row({"a", "b"}, record); });
  };
  CHECK(problem("1") == "has 1 fields, and the header 2");
  CHECK(problem("1,2,3") == "has 3 fields, and the header 2");
  CHECK(problem("1,\xff") == "is not UTF-8");
}

}  // namespace csv_record_test
