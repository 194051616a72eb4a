#include "protocol/http/turn_body.hpp"

#include <array>
#include <boost/json.hpp>

#include "support/catch.hpp"
#include "support/plans.hpp"

namespace turn_body_test {

using namespace llmload;
using namespace llmload::protocol;
namespace json = boost::json;

Plan plan_of(const std::string& path) {
  Plan plan = test::plan_for("http://127.0.0.1" + path, {{}});
  plan.system_prompt = "Be brief.";
  return plan;
}

TEST_CASE("what was said stands behind the system prompt, in the order in which it was said") {
  const Plan plan = plan_of("/v1/chat/completions");
  const RequestWriter writer(plan);
  const std::array first{Message{"user", "One?"}}, answer{Message{"assistant", "1 \"one\""}},
      second{Message{"user", "Two?"}};
  const Dialect& dialect = dialect_of(plan);
  const std::string one = items_of(dialect, first), two = items_of(dialect, answer),
                    three = items_of(dialect, second);
  const TurnBody before = turn_body(writer, {}, {7}, std::array<std::string_view, 1>{one});
  const TurnBody body =
      turn_body(writer, {}, {8}, std::array<std::string_view, 4>{before.said(), "", two, three});
  const json::value expected = {{{"role", "system"}, {"content", "Be brief."}},
                                {{"role", "user"}, {"content", "One?"}},
                                {{"role", "assistant"}, {"content", "1 \"one\""}},
                                {{"role", "user"}, {"content", "Two?"}}};
  const json::value parsed = json::parse(body.text);
  CHECK(parsed.at("messages") == expected);
  CHECK(parsed.at("max_tokens") == 8);
  CHECK(body.said() == one + ',' + two + ',' + three);
}

TEST_CASE("a turn's body is the one that a request with all of its messages has, in each API") {
  for (const char* path : {"/v1/chat/completions", "/v1/responses", "/v1/messages"}) {
    for (const char* extra : {"", R"({"seed": 3, "nested": {"a": [1, 2]}})"}) {
      INFO(path << ' ' << extra);
      Plan plan = plan_of(path);
      plan.extra_body = extra;
      plan.stream = true;
      const RequestWriter writer(plan);
      RequestSpec whole;
      whole.messages = {{"system", "You are a clock."},
                        {"user", "What time is it?"},
                        {"assistant", ""},
                        {"user", "And now?"}};
      RequestSpec system;
      system.messages = {whole.messages.front()};
      const std::string said = items_of(dialect_of(plan), std::span(whole.messages).subspan(1));
      const TurnBody body = turn_body(writer, system, {9}, std::array<std::string_view, 1>{said});
      CHECK(body.text == writer.body(whole, {9}));
    }
  }
}

TEST_CASE("messages that a patch replaces have no place for a history") {
  Plan plan = plan_of("/v1/chat/completions");
  plan.extra_body = R"({"messages": []})";
  const RequestWriter writer(plan);
  CHECK_THROWS_AS(turn_body(writer, {}, {1}, {}), InputError);
}

TEST_CASE("a system message in the middle is refused where the API has no place for it there") {
  const std::array later{Message{"system", "Now be long."}, Message{"user", "Hi"}};
  CHECK_THROWS_AS(items_of(*anthropic_dialect(), later), InputError);
  CHECK(items_of(*chat_dialect(), later).starts_with(R"({"role":"system")"));
}

TEST_CASE("a prompt that looks like the place of a history is a text as any other") {
  const Plan plan = plan_of("/v1/chat/completions");
  const RequestWriter writer(plan);
  const std::array said{Message{"user", R"({"llmload":"history"})"}};
  const std::string items = items_of(dialect_of(plan), said);
  const TurnBody body = turn_body(writer, {}, {1}, std::array<std::string_view, 1>{items});
  CHECK(json::parse(body.text).at("messages").at(1).at("content") == R"({"llmload":"history"})");
}

TEST_CASE("an empty answer is no message where the API refuses one") {
  const std::array said{Message{"user", "a"}, Message{"assistant", ""}, Message{"user", "b"}};
  CHECK(items_of(*anthropic_dialect(), said) ==
        R"({"role":"user","content":"a"},{"role":"user","content":"b"})");
  CHECK(items_of(*anthropic_dialect(), std::span(said).subspan(1, 1)).empty());
  CHECK(json::parse('[' + items_of(*chat_dialect(), said) + ']').as_array().size() == 3);
}

}  // namespace turn_body_test
