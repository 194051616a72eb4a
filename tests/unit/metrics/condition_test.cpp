#include "llmload/condition.hpp"

#include <boost/json.hpp>
#include <string>

#include "llmload/error.hpp"
#include "llmload/summary.hpp"
#include "metrics/metric.hpp"
#include "metrics/stage_values.hpp"
#include "report/summary_json.hpp"
#include "support/catch.hpp"
#include "unit/report/sample_summary.hpp"

namespace condition_test {

using namespace llmload;
namespace json = boost::json;
using report_test::open_summary;

/// What is wrong with `text`.
std::string problem_of(const std::string& text) {
  try {
    (void)parse_condition(text);
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

TEST_CASE("a value by its name is what summary.json has under that name") {
  const Summary s = open_summary();
  const json::object stage = report::stage_summary(s);
  for (const metrics::StageValue& value : metrics::stage_values()) {
    if (value.name == "failed_share") continue;
    INFO(value.name);
    const json::value& shown = stage.at(json::string_view(value.name.data(), value.name.size()));
    const auto found = value_of(s, value.name);
    REQUIRE(found.has_value() == !shown.is_null());
    if (found) CHECK(*found == shown.to_number<double>());
  }
  for (const char* part :
       {"mean", "sd", "min", "max", "p50", "p90", "p95", "p99", "p999", "count", "own_error_p99"}) {
    INFO(part);
    CHECK(value_of(s, std::string("e2e_ms.") + part) == stage.at("e2e_ms").at(part).to_number<double>());
  }
}

TEST_CASE("every metric of the catalogue has a value by its name, or by a part of it") {
  Summary s;
  for (const metrics::Metric* metric : metrics::catalogue()) {
    INFO(metric->key);
    const std::string key(metric->key);
    s.values[key] = metric->make()->value();
    const bool has_parts = std::holds_alternative<std::optional<Distribution>>(s.values[key]);
    CHECK_FALSE(value_of(s, has_parts ? key + ".p95" : key));
  }
  s.values["merged_share"] = std::optional(0.25);
  CHECK(value_of(s, "merged_share") == 0.25);
}

TEST_CASE("the failed share is of the requests that were begun") {
  Summary s;
  CHECK_FALSE(value_of(s, "failed_share"));
  s.begun = 8;
  s.failed = 2;
  CHECK(value_of(s, "failed_share") == 0.25);
}

TEST_CASE("our own lags have values, too") {
  Summary s;
  CHECK_FALSE(value_of(s, "dispatch_lag_ms.p99"));
  s.own_error.dispatch_lag_ms = Distribution{.count = 3, .p99 = 0.5};
  CHECK(value_of(s, "dispatch_lag_ms.p99") == 0.5);
}

TEST_CASE("a name that no stage has a value of is refused with the nearest one") {
  CHECK_THROWS_WITH(value_of({}, "ttft.p95"),
                    R"("ttft.p95" is no value of a stage; did you mean "ttft_ms"?)");
  CHECK_THROWS_WITH(value_of({}, "faild"), R"("faild" is no value of a stage; did you mean "failed"?)");
  CHECK_THROWS_WITH(value_of({}, "merged_share.p50"), Catch::Matchers::Contains("is no value"));
  for (const char* name : {"ttft_ms", "ttft_ms.", "ttft_ms.p42", "dispatch_lag_ms"})
    CHECK_THROWS_WITH(value_of({}, name), Catch::Matchers::Contains("a part must be named: mean, sd"));
}

TEST_CASE("a condition is a value, a sign and a number, with or without blanks, and may name its stage") {
  CHECK(parse_condition("ttft_ms.p95 > 800") == Condition{"ttft_ms.p95", Relation::more, 800, ""});
  CHECK(parse_condition(" goodput<1.5 ") == Condition{"goodput", Relation::less, 1.5, ""});
  CHECK(parse_condition("failed>=1 at 64") == Condition{"failed", Relation::at_least, 1, "64"});
  CHECK(parse_condition("e2e_ms.p50 <= 1e3  at  12.5 requests/s") ==
        Condition{"e2e_ms.p50", Relation::at_most, 1'000, "12.5 requests/s"});
  for (const char* text : {"ttft_ms.p95 > 800", "failed >= 1 at 64"})
    CHECK(parse_condition(text).text() == text);
}

TEST_CASE("what is no condition is refused, with what one is") {
  for (const auto& [text, why] : {std::pair("", "has none of <"),
                                  {"ttft_ms.p95", "has none of <"},
                                  {"ttft_ms.p95 >", "has no number"},
                                  {"ttft_ms.p95 > fast", "has no number"},
                                  {"ttft_ms.p95 > nan", "has no number"},
                                  {"ttft_ms.p95 > 1e999", "has no number"},
                                  {"ttft_ms.p95 > 800 ms", "goes on behind its number"},
                                  {"ttft_ms.p95 => 800", "a part must be named"},
                                  {"ttft_ms > 800", "a part must be named"},
                                  {"> 800", "is no value"}}) {
    INFO(text);
    CHECK_THAT(problem_of(text), Catch::Matchers::Contains(why));
  }
}

TEST_CASE("a condition holds, does not, or can't be told") {
  Summary s;
  s.failed = 3;
  for (const auto& [text, holds] : {std::pair("failed > 2", true),
                                    {"failed > 3", false},
                                    {"failed >= 3", true},
                                    {"failed < 3", false},
                                    {"failed <= 3", true},
                                    {"failed < 4", true}}) {
    INFO(text);
    CHECK(parse_condition(text).holds(s) == holds);
  }
  CHECK(parse_condition("ttft_ms.p95 > 1").holds(s) == std::nullopt);
}

TEST_CASE("a stage is meant by its whole name, or by the number in it") {
  const Stage closed{ClosedLoop{64}};
  OpenLoop loop;
  loop.rate = 12.5;
  const Stage open{loop};
  CHECK(parse_condition("ok < 1").is_about(closed));
  CHECK(parse_condition("ok < 1 at 64").is_about(closed));
  CHECK(parse_condition("ok < 1 at 64 concurrent").is_about(closed));
  CHECK_FALSE(parse_condition("ok < 1 at 6").is_about(closed));
  CHECK_FALSE(parse_condition("ok < 1 at 64").is_about(open));
  CHECK(parse_condition("ok < 1 at 12.5").is_about(open));
  CHECK(parse_condition("ok < 1 at 12.5 requests/s").is_about(open));
  CHECK(parse_condition("ok < 1 at 12.5/s").is_about(open));
  CHECK_FALSE(parse_condition("ok < 1 at 2.5/s").is_about(open));
}

}  // namespace condition_test
