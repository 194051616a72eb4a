#include "config/parameter_reader.hpp"

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace parameter_reader_test {

using namespace llmload;
using config::Parameter;
namespace json = boost::json;

TEST_CASE("whole numbers are read at their limits and no further") {
  const std::string file = "f";
  const auto read = [&](const json::value& v) { return Parameter(file, "/K", v).as_integer({1, 100'000}); };
  CHECK(read(1) == 1);
  CHECK(read(100'000) == 100'000);
  CHECK(read(2.0) == 2);
  CHECK(read(std::uint64_t{7}) == 7);
  for (const json::value& bad :
       {json::value(0), json::value(-1), json::value(100'001), json::value(1.5), json::value(UINT64_MAX),
        json::value(INT64_MIN), json::value(true), json::value(nullptr), json::value("1")}) {
    CHECK_THROWS_AS(read(bad), InputError);
  }
}

TEST_CASE("a long value is shown by its beginning, a secret one not at all") {
  const std::string file = "f.json";
  const json::value value(std::string(1'000, 'x'));
  const auto open = error_of<InputError>([&] { (void)Parameter(file, "/K", value).as_bool(); });
  CHECK(open.starts_with("f.json: /K: is \"xxx"));
  CHECK(open.size() < 200);
  const auto secret = error_of<InputError>([&] { (void)Parameter(file, "/K", value, true).as_bool(); });
  CHECK(secret == "f.json: /K: must be true or false");
}

TEST_CASE("members of a secret are secret and know their place") {
  const std::string file = "f";
  const json::value value = {"a", 7};
  const Parameter list(file, "/K", value, true);
  REQUIRE(list.as_list().size() == 2);
  CHECK(error_of([&] { (void)list.as_list()[1].as_string(); }) == "f: /K/1: must be a string");
}

}  // namespace parameter_reader_test
