#include "llmload/dialect.hpp"
#include "support/catch.hpp"

namespace chat_test {

using namespace llmload;

TEST_CASE("a chat's body has its messages in order, behind the system prompt") {
  const RequestSpec spec{{{"user", "one"}, {"assistant", "\"two\""}, {"user", "three"}}, {}, {}};
  CHECK(chat_dialect()->body(spec, {.model = "m", .system_prompt = "be brief", .max_tokens = 7}) ==
        R"({"model":"m","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"one"},)"
        R"({"role":"assistant","content":"\"two\""},{"role":"user","content":"three"}],)"
        R"("max_tokens":7,"temperature":6E-1,"top_p":9E-1,"stream":false})");
}

TEST_CASE("a chat's body names no model and has no system prompt where there is none") {
  CHECK(chat_dialect()->body(ask("hi"), {}) ==
        R"({"messages":[{"role":"user","content":"hi"}],)"
        R"("max_tokens":256,"temperature":6E-1,"top_p":9E-1,"stream":false})");
}

TEST_CASE("a chat's stream is asked for its usage where that is wanted") {
  CHECK(chat_dialect()->body(ask("hi"), {.stream = true, .asks_for_usage = true}) ==
        R"({"messages":[{"role":"user","content":"hi"}],"max_tokens":256,"temperature":6E-1,"top_p":9E-1,)"
        R"("stream":true,"stream_options":{"include_usage":true}})");
  CHECK(chat_dialect()->usage_question().front() == "stream_options");
}

TEST_CASE("a chat's answers are read by the table of forms") {
  AnswerFacts facts;
  CHECK_FALSE(chat_dialect()->read(R"({"choices":[]})", "", facts));
  CHECK_FALSE(chat_dialect()->read_error(R"({"error":"no"})"));
}

TEST_CASE("an item without a role is a problem of a chat, and none of Responses") {
  const RequestSpec spec{
      {{"", "42", R"({"type":"function_call_output","call_id":"1","output":"42"})"}}, {}, {}};
  CHECK(chat_dialect()->problem_of(spec) == "an item without a role, which is a message in Responses alone");
  CHECK(responses_dialect()->problem_of(spec).empty());
  CHECK(chat_dialect()->problem_of({{{"", "u", R"({"role":"user","content":[]})"}}, {}, {}}).empty());
}

}  // namespace chat_test
