#include "llmload/dialect.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace responses_test {

using namespace llmload;

AnswerFacts read(const std::string& text) {
  AnswerFacts facts;
  CHECK(responses_dialect()->read(text, "", facts));
  return facts;
}

AnswerFacts whole(const std::string& members) { return read(R"({"object":"response",)" + members + "}"); }

/// The end of a stream, with what a response has.
AnswerFacts end(const std::string& members) {
  return read(R"({"type":"response.completed","response":{"object":"response",)" + members + "}}");
}

TEST_CASE("a response's body has the system prompt apart from the messages, and asks for no usage") {
  const RequestSpec spec{{{"user", "one"}, {"assistant", "\"two\""}, {"user", "three"}}, {}, {}};
  CHECK(responses_dialect()->body(
            spec, {.model = "m", .system_prompt = "be brief", .max_tokens = 7, .stream = true}) ==
        R"({"model":"m","instructions":"be brief","input":[{"role":"user","content":"one"},)"
        R"({"role":"assistant","content":"\"two\""},{"role":"user","content":"three"}],)"
        R"("max_output_tokens":7,"temperature":6E-1,"top_p":9E-1,"stream":true})");
  CHECK(responses_dialect()->body(ask("hi"), {}) ==
        R"({"input":[{"role":"user","content":"hi"}],)"
        R"("max_output_tokens":256,"temperature":6E-1,"top_p":9E-1,"stream":false})");
  CHECK(responses_dialect()->usage_question().empty());
  CHECK(responses_dialect()->fixed_headers().empty());
}

TEST_CASE("each event of a delta adds its text to one of the kinds") {
  const auto of = [](const std::string& type) {
    const AnswerFacts facts = read(R"({"type":"response.)" + type + R"(.delta","delta":"x"})");
    return facts.choices.at(0);
  };
  for (const char* type : {"output_text", "refusal"}) CHECK(of(type).content == "x");
  for (const char* type : {"reasoning_text", "reasoning_summary_text"}) CHECK(of(type).reasoning == "x");
  for (const char* type : {"function_call_arguments", "custom_tool_call_input", "mcp_call_arguments"})
    CHECK(of(type).tool == "x");
  CHECK(of("something_new").content.empty());
}

TEST_CASE("a call's name comes with its item, and nothing of what repeats a text is taken") {
  const AnswerFacts added = read(
      R"({"type":"response.output_item.added","item":{"type":"function_call","name":"f","arguments":""}})");
  CHECK(added.choices.at(0).tool == "f");
  for (
      const char* event : {
          R"({"type":"response.output_text.done","text":"x"})",
          R"({"type":"response.refusal.done","refusal":"x"})",
          R"({"type":"response.content_part.done","part":{"type":"output_text","text":"x"}})",
          R"({"type":"response.reasoning_summary_text.done","text":"x"})",
          R"({"type":"response.function_call_arguments.done","name":"f","arguments":"{}"})",
          R"({"type":"response.output_item.done","item":{"type":"function_call","name":"f","arguments":"{}"}})",
          R"({"type":"response.completed","response":{"output":[{"type":"message",)"
          R"("content":[{"type":"output_text","text":"x"}]}]}})",
      }) {
    INFO(event);
    const AnswerFacts facts = read(event);
    REQUIRE(facts.choices.size() == 1);
    CHECK(facts.choices[0].content + facts.choices[0].reasoning + facts.choices[0].tool == "");
  }
}

TEST_CASE("a stream that is begun has a role and no choice yet, so that an error is in an answer's place") {
  const AnswerFacts created = read(R"({"type":"response.created","response":{"status":"in_progress"}})");
  CHECK(created.has_role);
  CHECK_FALSE(created.is_done);
  CHECK(created.choices.empty());
  CHECK_FALSE(read(R"({"type":"response.in_progress","response":{"status":"in_progress"}})").has_role);
}

TEST_CASE("a response is over where its status says so, for the reason that it gives") {
  CHECK(end(R"("status":"completed")").is_done);
  CHECK(end(R"("status":"completed","incomplete_details":null)").choices.at(0).finish_reason == "completed");
  const AnswerFacts cut = end(R"("status":"incomplete","incomplete_details":{"reason":"max_output_tokens"})");
  CHECK(cut.choices.at(0).finish_reason == "max_output_tokens");
  CHECK(end(R"("status":"incomplete","incomplete_details":null)").choices.at(0).finish_reason ==
        "incomplete");
  CHECK(end(R"("status":"cancelled")").choices.at(0).finish_reason == "cancelled");
}

TEST_CASE("a response that failed is an error with the status that its code stands for") {
  const auto failed = [](const std::string& code) {
    return end(R"("status":"failed","error":{"code":")" + code + R"(","message":"oh"})").error.value();
  };
  CHECK(failed("server_error").status == 500);
  CHECK(failed("server_error").message == "oh");
  CHECK(failed("server_error").code == "server_error");
  CHECK(failed("rate_limit_exceeded").status == 429);
  CHECK(failed("invalid_prompt").status == 400);
  CHECK(failed("something_new").status == 0);
  CHECK_FALSE(end(R"("status":"failed","error":null)").error);  // its reason tells
}

TEST_CASE("a response's usage has what was cached and what was reasoning") {
  const AnswerFacts facts =
      end(R"("status":"completed","usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":16},)"
          R"("output_tokens":9,"output_tokens_details":{"reasoning_tokens":6},"total_tokens":29})");
  CHECK(facts.prompt_tokens == 20U);
  CHECK(facts.completion_tokens == 9U);
  CHECK(facts.cached_tokens == 16U);
  CHECK(facts.reasoning_tokens == 6U);
  CHECK_FALSE(end(R"("status":"completed","usage":null)").prompt_tokens);
}

TEST_CASE("a whole response has the texts of all items of its output, by their kinds") {
  const AnswerFacts facts = whole(
      R"("status":"completed","output":[)"
      R"({"type":"reasoning","summary":[{"type":"summary_text","text":"a"}],)"
      R"("content":[{"type":"reasoning_text","text":"b"}]},)"
      R"({"type":"message","content":[{"type":"output_text","text":"c"},{"type":"refusal","refusal":"d"}]},)"
      R"({"type":"function_call","name":"f","arguments":"{\"x\":1}"},)"
      R"({"type":"custom_tool_call","name":"g","input":"y"},{"type":"web_search_call","status":"completed"}])");
  REQUIRE(facts.choices.size() == 1);
  CHECK(facts.choices[0].reasoning == "ab");
  CHECK(facts.choices[0].content == "cd");
  CHECK(facts.choices[0].tool == R"(f{"x":1}gy)");
}

TEST_CASE("a whole response that is not there yet, or has no output, is malformed") {
  CHECK(has(whole(R"("status":"queued","output":[])").malformed, "queued"));
  CHECK(has(whole(R"("status":"completed")").malformed, "no output"));
}

TEST_CASE("an error comes as an event in both of its forms") {
  for (const char* text :
       {R"({"type":"error","code":"server_error","message":"oh","param":null})",
        R"({"type":"error","error":{"type":"server_error","code":null,"message":"oh"}})"}) {
    INFO(text);
    for (const auto& error : {read(text).error, responses_dialect()->read_error(text)}) {
      REQUIRE(error);
      CHECK(error->message == "oh");
      CHECK(error->code == "server_error");
      CHECK(error->status == 500);
    }
  }
}

TEST_CASE("what is no response is left to the table of forms") {
  for (const char* text : {"", "[]", "{", R"({"error":{"message":"no"}})", R"({"choices":[]})"}) {
    INFO(text);
    AnswerFacts facts;
    CHECK_FALSE(responses_dialect()->read(text, "", facts));
    CHECK_FALSE(responses_dialect()->read_error(text));
  }
}

TEST_CASE("what a computer, a shell or a patch is told is a tool's text, once") {
  const auto item = [](const std::string& type, const std::string& members) {
    return read(R"({"type":"response.output_item.)" + type + R"(","item":{)" + members + "}}")
        .choices.at(0)
        .tool;
  };
  const std::string click = R"("type":"computer_call","action":{"type":"click","x":1})";
  CHECK(item("added", click).empty());
  CHECK(item("done", click) == R"({"type":"click","x":1})");
  CHECK(item("done", R"("type":"shell_call","action":{"commands":["ls"]})").empty());
  CHECK(read(R"({"type":"response.shell_call_command.delta","delta":"ls"})").choices.at(0).tool == "ls");
  CHECK(item("added",
             R"("type":"apply_patch_call","operation":{"type":"create_file","path":"a","diff":""})") == "a");
  CHECK(
      read(R"({"type":"response.apply_patch_call_operation_diff.delta","delta":"+x"})").choices.at(0).tool ==
      "+x");
  const AnswerFacts all = read(
      R"({"object":"response","status":"completed","output":[{"type":"shell_call","action":{"commands":["ls"]}},)"
      R"({"type":"apply_patch_call","operation":{"type":"create_file","path":"a","diff":"+x"}}]})");
  CHECK(all.choices.at(0).tool == R"({"commands":["ls"]}a+x)");
}

TEST_CASE("an error of Responses has a status as a number, too, and all of itself without a message") {
  const auto error_of = [](const char* text) {
    const auto error = responses_dialect()->read_error(text);
    REQUIRE(error);
    return *error;
  };
  const AnswerError number =
      error_of(R"({"type":"error","error":{"message":"m","type":"BadRequestError","code":400}})");
  CHECK(number.code == "400");
  CHECK(number.status == 400);
  CHECK(error_of(R"({"type":"error","status":429,"error":{"type":"slow_down","message":"m"}})").status ==
        429);
  CHECK(error_of(R"({"type":"error","error":{"code":"server_error","why":"x"}})").message ==
        R"({"code":"server_error","why":"x"})");
}

}  // namespace responses_test
