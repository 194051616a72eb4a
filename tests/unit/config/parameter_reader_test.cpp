#include "config/parameter_reader.hpp"

#include <chrono>
#include <filesystem>

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

TEST_CASE("a time is a number of seconds, or has a unit") {
  using namespace std::chrono_literals;
  const std::string file = "f";
  const auto read = [&](const json::value& v) { return Parameter(file, "/K", v).as_time({0.001, 7'200}); };
  CHECK(read(1.5) == 1'500ms);
  CHECK(read("30s") == 30s);
  CHECK(read("500ms") == 500ms);
  CHECK(read("1500us") == 1'500us);
  CHECK(read("1.5 m") == 90s);
  CHECK(read("2min") == 2min);
  CHECK(read("2h") == 2h);
  for (const char* bad : {"", "s", "30", "30 days", "-1s", "0s", "3h", "nan s", "1e999s", "0x10s", "1s 2s"}) {
    INFO(bad);
    CHECK(has(error_of<InputError>([&] { (void)read(bad); }),
              R"(it must be a number from 0.001 to 7200 in seconds, or with a unit, as "500ms")"));
  }
  CHECK(error_of<InputError>([&] { (void)read(9'999); }) ==
        "f: /K: is 9999; it must be a number from 0.001 to 7200");
}

TEST_CASE("a limit of goodput is a number of milliseconds, or has a unit") {
  const std::string file = "f";
  const auto read = [&](const json::value& v) {
    return Parameter(file, "/K", v).as_milliseconds({0, 5'000});
  };
  CHECK(read(200) == 200);
  CHECK(read("200ms") == 200);
  CHECK(read("2s") == 2'000);
  CHECK(has(error_of<InputError>([&] { (void)read("6s"); }), "a number from 0 to 5000 in milliseconds"));
}

TEST_CASE("a path starts at the folder in which it was given, also within a list") {
  const std::string file = "f";
  const std::filesystem::path folder = "there";
  const json::value value = {"a", "/b"};
  const Parameter list(file, "/K", value, false, folder);
  CHECK(list.as_list()[0].as_path() == "there/a");
  CHECK(list.as_list()[1].as_path() == "/b");
  CHECK(Parameter(file, "/K", value).as_list()[0].as_path() == "a");
}

}  // namespace parameter_reader_test
