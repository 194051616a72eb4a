#include "llmload/budget.hpp"

#include <memory>

#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace budget_test {

using namespace llmload;

/// Prompts of 100 bytes, which without a tokenizer are 26 tokens, and 174 output tokens.
Plan plan(std::vector<Stage> stages) {
  Plan p;
  p.endpoints = {parse_endpoint("https://h/v1/chat/completions")};
  p.source = std::make_shared<PromptList>(std::vector<std::string>{std::string(100, 'x')});
  p.max_tokens = 174;
  p.stages = std::move(stages);
  return p;
}

Stage constant(double rate, std::uint64_t requests) {
  return {OpenLoop{make_constant_pacer(rate), "constant", rate}, requests};
}

TEST_CASE("a wave's budget is its requests, and their tokens") {
  const auto budget = budget_of(plan({{ClosedLoop{8}, 40}}), 0);
  CHECK(budget.requests == 40U);
  CHECK(budget.prompt_tokens == Approx(26));
  CHECK(budget.output_tokens == Approx(174));
  CHECK_FALSE(budget.quota_rate);
  CHECK_FALSE(budget.least_seconds);
  CHECK_FALSE(budget.cost);
}

TEST_CASE("a quota says how many requests a second there can be, and how long they take") {
  Plan p = plan({{ClosedLoop{8}, 600}});
  p.quota = Quota{60'000, 1'000};  // 300 of 200 tokens, of which 97 % are used
  const auto budget = budget_of(p, 0);
  CHECK(*budget.quota_rate == Approx(4.85));
  CHECK(*budget.least_seconds == Approx(600 / 4.85));
}

TEST_CASE("a price says what all requests cost at most") {
  Plan p = plan({{ClosedLoop{8}, 1'000'000}});
  p.price = Price{0.5, 2, "EUR"};
  CHECK(*budget_of(p, 0).cost == Approx(26 * 0.5 + 174 * 2));
}

TEST_CASE("a stage that time limits has no number of requests, and its own time") {
  const auto budget = budget_of(plan({{ClosedLoop{8}, {}, std::chrono::seconds{30}}}), 0);
  CHECK_FALSE(budget.requests);
  CHECK(*budget.least_seconds == Approx(30));
}

TEST_CASE("an open loop that the quota has no room for is warned of, with the arithmetic") {
  Plan p = plan({constant(10, 600), constant(2, 120)});
  CHECK(quota_warnings(p).empty());
  p.quota = Quota{60'000, {}};
  const auto warnings = quota_warnings(p);
  REQUIRE(warnings.size() == 1);
  for (const char* part : {"at 10 requests/s: does not fit into the quota of 60000 tokens a minute",
                           "600 requests of 200 tokens (prompt 26 + max_tokens 174) take at least 123.71 s",
                           "due within 59.9 s", "wait for up to 63.81 s"}) {
    INFO(warnings[0]);
    CHECK(has(warnings[0], part));
  }
}

TEST_CASE("a request that is larger than a window of the quota is warned of") {
  Plan p = plan({{ClosedLoop{1}, 1}});
  p.quota = Quota{1'000, {}};
  REQUIRE(quota_warnings(p).size() == 1);
  CHECK(has(quota_warnings(p)[0], "more than a window of 10 s allows (166.67"));
}

/// Conversations of two turns, with prompts as those of plan().
struct Pairs : RequestSource {
  [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation&) const override {
    RequestSpec spec = ask("x");
    spec.prompt_tokens = 10;
    spec.max_tokens = 5;
    return std::make_shared<const RequestSpec>(std::move(spec));
  }
  [[nodiscard]] unsigned most_turns() const noexcept override { return 2; }
  [[nodiscard]] unsigned turns(const Conversation&) const override { return 2; }
};

TEST_CASE("conversations take a request a turn, and later ones repeat what was said") {
  Plan p = plan({constant(10, 50)});
  p.system_prompt.clear();
  p.source = std::make_shared<Pairs>();
  const auto budget = budget_of(p, 0);
  CHECK(budget.conversations == 50U);
  CHECK(budget.requests == 100U);
  CHECK(budget.prompt_tokens == Approx((10 + 25) / 2.0));
  CHECK(budget.output_tokens == Approx(5));
  CHECK(*budget.least_seconds == Approx(4.9));
}

TEST_CASE("a closed loop's first conversations are cut, and the others are not taken to be as they are") {
  Plan p = plan({{ClosedLoop{200}, 2'000}});
  p.system_prompt.clear();
  p.source = std::make_shared<Pairs>();
  const auto budget = budget_of(p, 0);
  CHECK(budget.conversations == 2'000U);
  CHECK(*budget.requests > 3'600 + 200);  // 1,800 of two, and 200 of which some are of one
  CHECK(*budget.requests < 3'600 + 400);
  p.stages = {{ClosedLoop{200}, {}, std::chrono::seconds(5)}};
  CHECK(budget_of(p, 0).prompt_tokens == Approx((10 + 25) / 2.0));
}

}  // namespace budget_test
