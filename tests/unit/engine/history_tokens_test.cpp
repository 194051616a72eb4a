#include "engine/history_tokens.hpp"

#include "support/catch.hpp"
#include "support/plans.hpp"

namespace history_tokens_test {

using namespace llmload;
using engine::HistoryTokens;

struct Letters : Tokenizer {
  [[nodiscard]] std::size_t count(std::string_view text) const override { return text.size(); }
};

Plan counting() {
  Plan plan = test::plan_for("http://127.0.0.1/v1/chat/completions", {{}});
  plan.tokenizer = std::make_shared<Letters>();
  return plan;
}

RequestRecord turn(std::uint64_t index, unsigned number, std::uint64_t prompt, std::uint64_t output) {
  RequestRecord r;
  r.outcome = Outcome::ok;
  r.index = index;
  r.turn = number;
  r.turns = 3;
  r.prompt_tokens = prompt;
  r.shared_tokens = number == 0 ? 0 : prompt - 10;
  r.output_tokens = output;
  return r;
}

TEST_CASE("a later turn's prompt has the tokens of the answers that came before it") {
  const Plan plan = counting();
  HistoryTokens tokens(plan);
  RequestRecord first = turn(4, 0, 10, 7), other = turn(5, 0, 10, 100), second = turn(4, 1, 20, 5),
                third = turn(4, 2, 30, 1);
  third.reasoning_tokens = 1;
  for (RequestRecord* r : {&first, &other, &second, &third}) tokens.add(*r);
  CHECK(first.prompt_tokens == 10U);
  CHECK(second.prompt_tokens == 27U);
  CHECK(second.shared_tokens == 17U);
  CHECK(third.prompt_tokens == 42U);
}

TEST_CASE("reasoning and tool calls are no part of a history, nor are other choices") {
  const Plan plan = counting();
  HistoryTokens tokens(plan);
  RequestRecord first = turn(0, 0, 10, 9), second = turn(0, 1, 20, 6), third = turn(0, 2, 30, 1);
  first.reasoning_tokens = 3;
  first.tool_tokens = 2;
  second.output = "abcdef";
  second.first_choice_bytes = 2;
  for (RequestRecord* r : {&first, &second, &third}) tokens.add(*r);
  CHECK(second.prompt_tokens == 24U);
  CHECK(third.prompt_tokens == 36U);
}

TEST_CASE(
    "behind an answer that could not be counted the prompts are not known, and no other conversation's") {
  const Plan plan = counting();
  HistoryTokens tokens(plan);
  RequestRecord first = turn(0, 0, 10, 9), second = turn(0, 1, 20, 6), third = turn(0, 2, 30, 1),
                other = turn(1, 0, 10, 9), next = turn(1, 1, 20, 9);
  first.output_tokens.reset();
  for (RequestRecord* r : {&first, &second, &third, &other, &next}) tokens.add(*r);
  CHECK_FALSE(second.prompt_tokens);
  CHECK_FALSE(third.prompt_tokens);
  CHECK(next.prompt_tokens == 29U);
}

TEST_CASE("answers of the source are counted with the prompt, and not here") {
  Plan plan = counting();
  plan.history = History::source;
  HistoryTokens tokens(plan);
  RequestRecord first = turn(0, 0, 10, 9), second = turn(0, 1, 20, 6);
  for (RequestRecord* r : {&first, &second}) tokens.add(*r);
  CHECK(second.prompt_tokens == 20U);
}

}  // namespace history_tokens_test
