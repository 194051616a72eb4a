#include "fault_rule.hpp"

#include "support/catch.hpp"

namespace fault_rule_test {

using namespace llmload;
using cli::parse_fault_rule;

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

}  // namespace fault_rule_test
