#include "engine/prepare/turn_maker.hpp"

#include <boost/json.hpp>
#include <memory>
#include <string>

#include "engine/prepare/request_maker.hpp"
#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"

namespace turn_maker_test {

using namespace llmload;
using engine::PreparedPtr;
using engine::RequestMaker;
using protocol::RequestWriter;
namespace json = boost::json;

/// A token is a letter.
struct Letters : Tokenizer {
  [[nodiscard]] std::size_t count(std::string_view text) const override { return text.size(); }
};

/// Three turns: "ask 0" (behind "sys", where it has one), "ask 1" ..., which the source answers "say 0" ...
struct Talk : RequestSource {
  [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& of) const override {
    RequestSpec spec = ask("ask " + std::to_string(of.turn));
    if (of.turn == 0) spec.messages.insert(spec.messages.begin(), {"system", "sys"});
    spec.max_tokens = 10 + of.turn;
    spec.shared_tokens = 0;
    return std::make_shared<const RequestSpec>(std::move(spec));
  }
  [[nodiscard]] unsigned most_turns() const noexcept override { return 3; }
  [[nodiscard]] unsigned turns(const Conversation& /*of*/) const override { return 3; }
  [[nodiscard]] std::vector<Message> answer(const Conversation& of, unsigned tokens) const override {
    return {{"assistant", "say " + std::to_string(of.turn) + " of " + std::to_string(tokens)}};
  }
};

/// An open loop's, whose conversations begin at their first turn.
Plan talking() {
  Plan plan = test::plan_for("http://127.0.0.1/v1/chat/completions", {{OpenLoop{}}});
  plan.source = std::make_shared<Talk>();
  plan.tokenizer = std::make_shared<Letters>();
  return plan;
}

/// "user: ask 0 | assistant: yes".
std::string said(const PreparedPtr& request) {
  std::string text;
  const json::value body = json::parse(request->body);
  for (const json::value& message : body.at("messages").as_array()) {
    text += (text.empty() ? "" : " | ") + std::string(message.at("role").as_string()) + ": " +
            std::string(message.at("content").as_string());
  }
  return text;
}

TEST_CASE("a later turn repeats what was said, with the answers that came, and asks for its own length") {
  const Plan plan = talking();
  const RequestWriter writer(plan);
  RequestMaker maker(plan, writer);
  const Stage& stage = plan.stages.front();
  const PreparedPtr first = maker.make(stage, 0, 5).first;
  CHECK(said(first) == "system: sys | user: ask 0");
  const PreparedPtr second = maker.next_turn(stage, 0, 5, *first, {"yes"});
  CHECK(said(second) == "system: sys | user: ask 0 | assistant: yes | user: ask 1");
  CHECK(second->max_tokens == 11);
  CHECK(json::parse(second->body).at("max_tokens") == 11);
  CHECK_FALSE(second->turn.is_last());
  const PreparedPtr third = maker.next_turn(stage, 0, 5, *second, {""});
  CHECK(said(third) ==
        "system: sys | user: ask 0 | assistant: yes | user: ask 1 | assistant:  | user: ask 2");
  CHECK(third->turn.is_last());
}

TEST_CASE(
    "a turn's tokens are those of what its users said so far: answers are counted when they are there") {
  const Plan plan = talking();
  const RequestWriter writer(plan);
  RequestMaker maker(plan, writer);
  const Stage& stage = plan.stages.front();
  const PreparedPtr first = maker.make(stage, 0, 5).first;
  CHECK(first->tokens.prompt == 8U);  // "sys", "ask 0"
  const PreparedPtr second = maker.next_turn(stage, 0, 5, *first, {"yes"});
  CHECK(second->tokens.prompt == 13U);
  CHECK(second->tokens.shared == 8U);
}

TEST_CASE("a quota is charged the answers as the server counted them, else by their bytes") {
  Plan plan = talking();
  plan.quota = Quota{1'000'000, {}};
  plan.system_prompt = "Be brief.";
  const RequestWriter writer(plan);
  RequestMaker maker(plan, writer);
  const Stage& stage = plan.stages.front();
  const PreparedPtr first = maker.make(stage, 0, 5).first;
  CHECK(first->charged_tokens == 9 + 8);
  CHECK(maker.next_turn(stage, 0, 5, *first, {"yes", 70})->charged_tokens == 9 + 8 + 70 + 5);
  CHECK(maker.next_turn(stage, 0, 5, *first, {std::string(40, 'a')})->charged_tokens == 9 + 8 + 11 + 5);
}

TEST_CASE("with the source's history its answers are repeated, and counted with the prompt") {
  Plan plan = talking();
  plan.history = History::source;
  const RequestWriter writer(plan);
  RequestMaker maker(plan, writer);
  const Stage& stage = plan.stages.front();
  const PreparedPtr first = maker.make(stage, 0, 5).first;
  const PreparedPtr second = maker.next_turn(stage, 0, 5, *first, {"yes"});
  CHECK(said(second) == "system: sys | user: ask 0 | assistant: say 0 of 10 | user: ask 1");
  CHECK(second->tokens.prompt == 8U + 11 + 5);
  CHECK(second->tokens.shared == 8U);
}

TEST_CASE("without a history each turn is what its source says") {
  Plan plan = talking();
  plan.history = History::none;
  const RequestWriter writer(plan);
  RequestMaker maker(plan, writer);
  const Stage& stage = plan.stages.front();
  const PreparedPtr first = maker.make(stage, 0, 5).first;
  const PreparedPtr second = maker.next_turn(stage, 0, 5, *first, {"yes"});
  CHECK(said(second) == "user: ask 1");
  CHECK(second->tokens.prompt == 5U);
}

TEST_CASE("a closed loop's first conversations begin at places of their own, with answers that are made up") {
  Plan plan = talking();
  plan.stages = {{ClosedLoop{40}, 80}};
  const RequestWriter writer(plan);
  RequestMaker maker(plan, writer);
  const Stage& stage = plan.stages.front();
  unsigned at[3] = {};
  for (std::uint64_t i = 0; i < 40; ++i) {
    const PreparedPtr request = maker.make(stage, 0, i).first;
    ++at[request->turn.number];
    CHECK(request->turn.turns.first == request->turn.number);
    if (request->turn.number != 2) continue;
    CHECK(said(request) ==
          "system: sys | user: ask 0 | assistant: say 0 of 10 | user: ask 1 | assistant: say 1 of 11 | user: "
          "ask 2");
    CHECK(request->tokens.prompt == 8U + 11 + 5 + 11 + 5);
  }
  for (const unsigned count : at) CHECK(count > 4);  // of 13 to be expected
  CHECK(maker.make(stage, 0, 40).first->turn.number == 0);
}

TEST_CASE("a source that gives a conversation no turns, or too many, is refused") {
  struct Wrong : Talk {
    [[nodiscard]] unsigned turns(const Conversation& of) const override { return of.index == 0 ? 0 : 4; }
  };
  Plan plan = talking();
  plan.source = std::make_shared<Wrong>();
  const RequestWriter writer(plan);
  RequestMaker maker(plan, writer);
  CHECK_THROWS_AS(maker.make(plan.stages.front(), 0, 0), InputError);
  CHECK_THROWS_AS(maker.make(plan.stages.front(), 0, 1), InputError);
}

TEST_CASE("where a source says nothing of what its requests share, nothing is said of its turns") {
  struct Silent : Talk {
    [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& of) const override {
      RequestSpec spec = *Talk::next(of);
      spec.shared_tokens.reset();
      return std::make_shared<const RequestSpec>(std::move(spec));
    }
  };
  Plan plan = talking();
  plan.source = std::make_shared<Silent>();
  const RequestWriter writer(plan);
  RequestMaker maker(plan, writer);
  const PreparedPtr first = maker.make(plan.stages.front(), 0, 5).first;
  CHECK_FALSE(maker.next_turn(plan.stages.front(), 0, 5, *first, {"yes"})->tokens.shared);
}

}  // namespace turn_maker_test
