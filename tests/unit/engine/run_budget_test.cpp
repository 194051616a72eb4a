#include "engine/run_budget.hpp"

#include "support/catch.hpp"

namespace run_budget_test {

using namespace llmload;
using engine::RunBudget;

Plan plan_of(Budget budget, std::optional<Price> price = {}) {
  Plan plan;
  plan.budget = budget;
  plan.price = std::move(price);
  return plan;
}

RequestRecord answer(std::uint64_t prompt, std::uint64_t output) {
  RequestRecord record;
  record.usage_prompt_tokens = prompt;
  record.usage_completion_tokens = output;
  return record;
}

TEST_CASE("a budget of nothing has room for any number") {
  RunBudget budget(plan_of({}));
  for (int i = 0; i < 1'000; ++i) CHECK(budget.take());
  budget.spend(answer(1'000'000, 1'000'000));
  CHECK(budget.take());
  CHECK_FALSE(budget.reached());
  CHECK_FALSE(budget.cost());
}

TEST_CASE("as many requests begin as there may be, and the budget is reached where one more is refused") {
  RunBudget budget(plan_of({.requests = 3}));
  for (int i = 0; i < 3; ++i) CHECK(budget.take());
  CHECK_FALSE(budget.reached());  // nobody has asked for a fourth one
  CHECK_FALSE(budget.take());
  CHECK_FALSE(budget.take());
  REQUIRE(budget.reached());
  CHECK(*budget.reached() ==
        InvalidReason{"max_requests", 3, 3, "the run's 3 requests are used up: nothing more was begun"});
}

TEST_CASE("tokens are those of prompts and answers, by usage, else by the tokenizer") {
  RunBudget budget(plan_of({.tokens = 100}));
  budget.spend(answer(60, 39));
  CHECK(budget.take());
  RequestRecord counted;
  counted.prompt_tokens = 0;
  counted.system_tokens = 1;
  budget.spend(counted);
  CHECK_FALSE(budget.take());
  REQUIRE(budget.reached());
  CHECK(budget.reached()->code == "max_tokens");
  CHECK(budget.reached()->value == 100);
  RequestRecord both = answer(1, 2);
  both.prompt_tokens = 1'000;
  both.output_tokens = 1'000;
  RunBudget other(plan_of({.tokens = 100}));
  other.spend(both);
  CHECK(other.take());
}

TEST_CASE("an answer whose tokens nobody counted is charged those that it might have had") {
  RunBudget budget(plan_of({.tokens = 100}));
  RequestRecord record;
  record.max_tokens = 60;
  record.http_status = 429;
  budget.spend(record);
  record.http_status = 0;
  budget.spend(record);
  CHECK(budget.take());
  record.http_status = 200;
  budget.spend(record);
  CHECK(budget.take());
  budget.spend(record);
  CHECK_FALSE(budget.take());
}

TEST_CASE("a stage begins only where there is room") {
  RunBudget budget(plan_of({.requests = 1}));
  CHECK(budget.has_room());
  CHECK(budget.take());
  CHECK_FALSE(budget.reached());
  CHECK_FALSE(budget.has_room());
  CHECK(budget.reached());
}

TEST_CASE("the cost is by the price of a million tokens") {
  RunBudget budget(plan_of({.cost = 1.5}, Price{2, 10, "EUR"}));
  CHECK(budget.cost() == 0.0);
  budget.spend(answer(250'000, 50'000));
  CHECK(budget.cost() == 1.0);
  CHECK(budget.take());
  budget.spend(answer(250'000, 50'000));
  CHECK_FALSE(budget.take());
  REQUIRE(budget.reached());
  CHECK(*budget.reached() ==
        InvalidReason{"max_cost", 2, 1.5, "the run's 1.5 EUR are used up: nothing more was begun"});
}

}  // namespace run_budget_test
