#include <limits>

#include "llmload/dialect.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace anthropic_test {

using namespace llmload;

AnswerFacts read(const std::string& text) {
  AnswerFacts facts;
  CHECK(anthropic_dialect()->read(text, "", facts));
  return facts;
}

AnswerFacts::Choice delta(const std::string& members) {
  return read(R"({"type":"content_block_delta","index":0,"delta":{)" + members + "}}").choices.at(0);
}

AnswerFacts whole(const std::string& members) {
  return read(R"({"type":"message","role":"assistant",)" + members + "}");
}

TEST_CASE("a message's body has the system prompt at its top, and the limit that must be there") {
  const RequestSpec spec{{{"user", "one"}, {"assistant", "\"two\""}, {"user", "three"}}, {}, {}};
  CHECK(anthropic_dialect()->body(
            spec, {.model = "m", .system_prompt = "be brief", .max_tokens = 7, .stream = true}) ==
        R"({"model":"m","system":"be brief","messages":[{"role":"user","content":"one"},)"
        R"({"role":"assistant","content":"\"two\""},{"role":"user","content":"three"}],)"
        R"("max_tokens":7,"temperature":6E-1,"top_p":9E-1,"stream":true})");
  CHECK(anthropic_dialect()->body(ask("hi"), {}) ==
        R"({"messages":[{"role":"user","content":"hi"}],)"
        R"("max_tokens":256,"temperature":6E-1,"top_p":9E-1,"stream":false})");
}

TEST_CASE("a conversation's own system prompt goes behind the plan's") {
  const RequestSpec spec{{{"system", "in French"}, {"user", "hi"}}, {}, {}};
  CHECK(has(anthropic_dialect()->body(spec, {.system_prompt = "be brief"}),
            R"("system":"be brief\n\nin French","messages":[{"role":"user","content":"hi"}])"));
  CHECK(has(anthropic_dialect()->body(spec, {}), R"({"system":"in French",)"));
}

TEST_CASE("a system message's parts are blocks of the system prompt, between texts that are blocks then") {
  const std::string parts =
      R"({"role":"system","content":[{"type":"text","text":"a book","cache_control":{"type":"ephemeral"}}]})";
  const RequestSpec spec{{{"system", "in French"}, {"system", "a book", parts}, {"user", "hi"}}, {}, {}};
  CHECK(has(anthropic_dialect()->body(spec, {.system_prompt = "be brief"}),
            R"("system":[{"type":"text","text":"be brief"},{"type":"text","text":"in French"},)"
            R"({"type":"text","text":"a book","cache_control":{"type":"ephemeral"}}],)"
            R"("messages":[{"role":"user","content":"hi"}])"));
  CHECK(anthropic_dialect()->problem_of(spec).empty());
}

TEST_CASE("a system message with more than a content is a problem, and is not sent without it") {
  for (const char* given : {R"({"role":"system","content":"x","name":"n"})",
                            R"({"role":"system","content":null})", R"({"role":"system","tool_calls":[]})"}) {
    INFO(given);
    const RequestSpec spec{{{"system", "x", given}, {"user", "hi"}}, {}, {}};
    CHECK(has(anthropic_dialect()->problem_of(spec), "a system message of more than a text or parts"));
    CHECK_THROWS_AS(anthropic_dialect()->body(spec, {}), InputError);
  }
}

TEST_CASE("a system message beside a system prompt in the request's body is a problem") {
  RequestSpec spec{{{"system", "x"}, {"user", "hi"}}, {}, {}};
  spec.body = R"({"system":"y"})";
  CHECK(has(anthropic_dialect()->problem_of(spec), "a system message and a system prompt in its body"));
  spec.messages.erase(spec.messages.begin());
  CHECK(anthropic_dialect()->problem_of(spec).empty());
}

TEST_CASE("the key has a header of its own at every host, and the version is said") {
  CHECK(anthropic_dialect()->auth_header("n.services.ai.azure.com").name == "x-api-key");
  CHECK(anthropic_dialect()->auth_header("h").prefix.empty());
  REQUIRE(anthropic_dialect()->fixed_headers().size() == 1);
  CHECK(anthropic_dialect()->fixed_headers()[0].name == "anthropic-version");
  CHECK(anthropic_dialect()->fixed_headers()[0].value == "2023-06-01");
  CHECK(anthropic_dialect()->usage_question().empty());
}

TEST_CASE("each delta adds its text to one of the kinds, and a signature to none") {
  CHECK(delta(R"("type":"text_delta","text":"x")").content == "x");
  CHECK(delta(R"("type":"thinking_delta","thinking":"x")").reasoning == "x");
  CHECK(delta(R"("type":"input_json_delta","partial_json":"{\"x")").tool == R"({"x)");
  const auto signature = delta(R"("type":"signature_delta","signature":"abc","text":"x")");
  CHECK(signature.content + signature.reasoning + signature.tool == "");
}

TEST_CASE("a block begins with the text that it has, and a tool's with its name") {
  const auto block = [](const std::string& members) {
    return read(R"({"type":"content_block_start","content_block":{)" + members + "}}").choices.at(0);
  };
  CHECK(block(R"("type":"text","text":"x")").content == "x");
  CHECK(block(R"("type":"tool_use","name":"f","input":{})").tool == "f");
  CHECK(block(R"("type":"tool_use","name":"f","input":{"x":1})").tool == R"(f{"x":1})");
  CHECK(block(R"("type":"redacted_thinking","data":"x")").reasoning.empty());
  CHECK(read(R"({"type":"content_block_stop","index":0})").choices.size() == 1);
}

TEST_CASE("the prompt is what was read anew and what the cache had or took") {
  const AnswerFacts facts =
      whole(R"("content":[],"usage":{"input_tokens":14,"cache_creation_input_tokens":376,)"
            R"("cache_read_input_tokens":1024,"output_tokens":9})");
  CHECK(facts.prompt_tokens == 1414U);
  CHECK(facts.cached_tokens == 1024U);
  CHECK(facts.completion_tokens == 9U);
  const AnswerFacts bare =
      whole(R"("content":[],"usage":{"input_tokens":14,"cache_read_input_tokens":null,"output_tokens":9})");
  CHECK(bare.prompt_tokens == 14U);
  CHECK_FALSE(bare.cached_tokens);
}

TEST_CASE("a prompt of more tokens than can be counted does not wrap into one that can be") {
  const AnswerFacts facts =
      whole(R"("content":[],"usage":{"input_tokens":14,"cache_creation_input_tokens":18446744073709551615,)"
            R"("cache_read_input_tokens":18446744073709551610,"output_tokens":9})");
  CHECK(facts.prompt_tokens == std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("a message's start has its prompt's tokens and a role, and no choice yet") {
  const AnswerFacts start = read(
      R"({"type":"message_start","message":{"role":"assistant","usage":{"input_tokens":14,"output_tokens":1}}})");
  CHECK(start.has_role);
  CHECK(start.choices.empty());
  CHECK(start.prompt_tokens == 14U);
  CHECK_FALSE(start.completion_tokens);  // those so far
}

TEST_CASE("a message ends with its reason and its usage, and is done behind them") {
  const AnswerFacts last =
      read(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}})");
  CHECK(last.choices.at(0).finish_reason == "end_turn");
  CHECK(last.completion_tokens == 9U);
  CHECK_FALSE(last.prompt_tokens);
  CHECK_FALSE(last.is_done);
  CHECK(read(R"({"type":"message_stop"})").is_done);
}

TEST_CASE("what is said of a refusal comes with its reason") {
  const std::string stop =
      R"("stop_reason":"refusal","stop_details":{"type":"refusal","category":"c","explanation":"why"})";
  for (const AnswerFacts& facts :
       {read(R"({"type":"message_delta","delta":{)" + stop + "}}"), whole(R"("content":[],)" + stop)}) {
    CHECK(facts.choices.at(0).finish_reason == "refusal");
    CHECK(facts.choices.at(0).finish_message == "why");
  }
}

TEST_CASE("a ping says nothing") {
  const AnswerFacts ping = read(R"({"type":"ping"})");
  CHECK(ping.choices.empty());
  CHECK_FALSE(ping.has_role);
  CHECK_FALSE(ping.error);
}

TEST_CASE("a whole message has the texts of all its blocks, by their kinds") {
  const AnswerFacts facts = whole(
      R"("content":[{"type":"thinking","thinking":"a","signature":"s"},{"type":"redacted_thinking","data":"s"},)"
      R"({"type":"text","text":"b"},{"type":"tool_use","name":"f","input":{"x":1}},{"type":"text","text":"c"},)"
      R"({"type":"web_search_tool_result","content":[]}],"stop_reason":"tool_use")");
  REQUIRE(facts.choices.size() == 1);
  CHECK(facts.choices[0].reasoning == "a");
  CHECK(facts.choices[0].content == "bc");
  CHECK(facts.choices[0].tool == R"(f{"x":1})");
  CHECK(facts.choices[0].finish_reason == "tool_use");
  CHECK(whole(R"("stop_reason":"end_turn")").malformed == "has no content");
}

TEST_CASE("an error's type is its code, and tells the status that it stands for") {
  struct Case {
    const char* type;
    int status;
  };
  for (const Case& c : {Case{"invalid_request_error", 400}, Case{"authentication_error", 401},
                        Case{"permission_error", 403}, Case{"not_found_error", 404},
                        Case{"request_too_large", 413}, Case{"rate_limit_error", 429}, Case{"api_error", 500},
                        Case{"timeout_error", 504}, Case{"overloaded_error", 529}, Case{"new_error", 0}}) {
    INFO(c.type);
    const std::string text =
        R"({"type":"error","error":{"type":")" + std::string(c.type) + R"(","message":"oh"}})";
    for (const auto& error : {read(text).error, anthropic_dialect()->read_error(text)}) {
      REQUIRE(error);
      CHECK(error->message == "oh");
      CHECK(error->code == c.type);
      CHECK(error->status == c.status);
    }
  }
}

TEST_CASE("an error without a message is told in whole") {
  const auto error =
      anthropic_dialect()->read_error(R"({"type":"error","error":{"type":"api_error","why":"x"}})");
  REQUIRE(error);
  CHECK(error->message == R"({"type":"api_error","why":"x"})");
  CHECK(error->status == 500);
}

TEST_CASE("what is none of its texts is left to the table of forms") {
  for (const char* text : {"", "[]", "{", R"({"error":{"message":"no"}})", R"({"type":"something_new"})"}) {
    INFO(text);
    AnswerFacts facts;
    CHECK_FALSE(anthropic_dialect()->read(text, "", facts));
    CHECK_FALSE(anthropic_dialect()->read_error(text));
  }
}

TEST_CASE("an item without a role is a problem of Anthropic's messages, and none of Responses") {
  const RequestSpec spec{
      {{"", "42", R"({"type":"function_call_output","call_id":"1","output":"42"})"}}, {}, {}};
  CHECK(anthropic_dialect()->problem_of(spec) ==
        "an item without a role, which is a message in Responses alone");
  CHECK(responses_dialect()->problem_of(spec).empty());
  CHECK(anthropic_dialect()->problem_of({{{"", "u", R"({"role":"user","content":[]})"}}, {}, {}}).empty());
}

}  // namespace anthropic_test
