#include "llmload/fault.hpp"

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "llmload/error.hpp"
#include "support/catch.hpp"

namespace fault_test {

using namespace llmload;

TEST_CASE("each fault has a name that is read back, and a description of its own") {
  std::set<std::string_view> names, descriptions;
  for (const Fault fault : all_faults()) {
    names.insert(to_string(fault));
    descriptions.insert(describe(fault));
    CHECK(parse_fault(to_string(fault)) == fault);
    CHECK(to_string(fault).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
          std::string_view::npos);
  }
  CHECK(names.size() == fault_count);
  CHECK(descriptions.size() == fault_count);
}

TEST_CASE("a fault's rule has a probability, 1 where none is given") {
  CHECK(parse_fault_rule("reset_body").fault == Fault::reset_body);
  CHECK(parse_fault_rule("reset_body").probability == 1);
  CHECK(parse_fault_rule("http_429:0.001").fault == Fault::http_429);
  CHECK(parse_fault_rule("http_429:0.001").probability == 0.001);
  CHECK(parse_fault_rule("http_429:0").probability == 0);
}

TEST_CASE("an unknown fault and a wrong probability are wrong input, with what is allowed") {
  CHECK_THROWS_WITH(parse_fault_rule("reset_bodi:1"), Catch::Matchers::Contains("\"reset_bodi\"") &&
                                                          Catch::Matchers::Contains(", reset_body,"));
  for (const char* text : {"silent:", "silent:1.1", "silent:-0.1", "silent:x", "silent:0.5x", "silent:nan"}) {
    CHECK_THROWS_WITH(parse_fault_rule(text), Catch::Matchers::Contains("from 0 to 1"));
  }
}

TEST_CASE("docs/simulator.md has each fault with its description") {
  std::ifstream file(std::string(LLMLOAD_SOURCE_DIR) + "/docs/simulator.md");
  const std::string docs(std::istreambuf_iterator<char>(file), {});
  for (const Fault fault : all_faults()) {
    const std::string row =
        "| `" + std::string(to_string(fault)) + "` | " + std::string(describe(fault)) + " |\n";
    INFO(row);
    CHECK(docs.find(row) != std::string::npos);
  }
}

}  // namespace fault_test
