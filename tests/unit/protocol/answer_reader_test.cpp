#include "protocol/answer_reader.hpp"

#include <random>
#include <string>
#include <vector>

#include "protocol/server_error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace answer_reader_test {

using namespace llmload;
using namespace llmload::protocol;

AnswerPart part_of(std::string_view body, RequestRecord& record) {
  AnswerReader reader;
  return reader.read(body, record);
}

/// What is wrong with `body`; "" where nothing is.
std::string refusal(std::string_view body) {
  RequestRecord record;
  return part_of(body, record).malformed;
}

RequestRecord read(std::string_view body) {
  RequestRecord record;
  const AnswerPart part = part_of(body, record);
  CHECK(part.malformed.empty());
  CHECK(part.choices > 0);
  CHECK_FALSE(part.is_error);
  return record;
}

TEST_CASE("a chat's answer is its content, reason and usage") {
  const auto r = read(
      R"({"id":"x","object":"chat.completion","created":2012359,"model":"","prompt_filter_results":[],)"
      R"("choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hi \u00e9","tool_calls":null},)"
      R"("logprobs":null}],"usage":{"prompt_tokens":14,"completion_tokens":256,"total_tokens":270}})");
  CHECK(r.output == "Hi é");
  CHECK(r.finish_reason == "stop");
  CHECK(r.usage_prompt_tokens == 14U);
  CHECK(r.usage_completion_tokens == 256U);
}

TEST_CASE("a completion's answer is its text, of all choices") {
  const auto r = read(
      R"({"object":"text_completion","choices":[{"text":"one"},{"text":" two","finish_reason":"length"}]})");
  CHECK(r.output == "one two");
  CHECK(r.finish_reason == "length");
}

TEST_CASE("reasoning, refusals and tool calls are output too") {
  const auto thought = read(R"({"choices":[{"message":{"content":"c","reasoning_content":"r"}}]})");
  CHECK(thought.output == "c");
  CHECK(thought.reasoning == "r");
  CHECK(read(R"({"choices":[{"message":{"content":null,"reasoning":"r","refusal":"no"}}]})").output == "no");
  const auto r = read(
      R"({"choices":[{"finish_reason":"tool_calls","message":{"content":null,"tool_calls":[)"
      R"({"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"function":{"name":"g"}},7,{}]}}]})");
  CHECK(r.tool_text == "f{\"a\":1}g");
  CHECK(r.finish_reason == "tool_calls");
}

TEST_CASE("a missing or senseless usage is not known, never 0") {
  for (const char* usage : {R"("x":1)", R"("usage":null)", R"("usage":{})", R"("usage":[])",
                            R"("usage":{"prompt_tokens":null,"completion_tokens":"7"})",
                            R"("usage":{"prompt_tokens":-1,"completion_tokens":1.5})"}) {
    INFO(usage);
    const auto r = read(R"({"choices":[{"text":"a"}],)" + std::string(usage) + "}");
    CHECK_FALSE(r.usage_prompt_tokens);
    CHECK_FALSE(r.usage_completion_tokens);
  }
}

TEST_CASE("an empty answer with a choice is an answer") {
  const auto r = read(R"({"choices":[{"message":{"content":""},"finish_reason":""}]})");
  CHECK(r.output.empty());
  CHECK(r.finish_reason.empty());
  CHECK(read(R"({"choices":[{}]})").output.empty());
}

TEST_CASE("an answer without choices is refused, with the reason") {
  CHECK(refusal("") == "is empty");
  CHECK(has(refusal("<html>"), "not JSON"));
  CHECK(has(refusal(R"({"choices":[{"text":"a"}]} x)"), "not JSON"));
  CHECK(has(refusal(R"({"choices":[{"text":"a"}])"), "not JSON"));
  for (const char* body : {"[]", "null", "7", R"("x")"}) CHECK(refusal(body) == "is not a JSON object");
  CHECK(refusal(R"({"choices":["a"]})") == "has a choice that is no object");
  CHECK(refusal(R"({"choices":{"delta":["text"]}})") == "has choices that are no list");
  CHECK(refusal(R"({"choices":"text"})") == "has choices that are no list");
  CHECK(refusal(R"({"choices":{}})") == "has choices that are no list");
  for (const char* body : {"{}", R"({"choices":null})", R"({"choices":[]})"}) {
    RequestRecord record;
    const AnswerPart part = part_of(body, record);
    CHECK(part.malformed.empty());
    CHECK(part.choices == 0);
  }
}

TEST_CASE("an event of a stream is read like an answer, and adds to what is there") {
  AnswerReader reader;
  RequestRecord record;
  CHECK(
      reader.read(R"({"choices":[{"delta":{"role":"assistant","content":""},"finish_reason":null}]})", record)
          .choices == 1);
  CHECK(record.output.empty());
  reader.read(R"({"choices":[{"delta":{"content":"Hi"}}],"usage":null})", record);
  reader.read(R"({"choices":[{"delta":{"content":" you"},"finish_reason":""}]})", record);
  CHECK(record.output == "Hi you");
  CHECK(record.finish_reason.empty());
  CHECK(reader.read(R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":0}})", record).choices ==
        0);
  reader.read(R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}})", record);
  CHECK(record.usage_completion_tokens == 2U);
}

TEST_CASE("the first finish reason holds, but a content filter's holds against any") {
  AnswerReader reader;
  RequestRecord record;
  reader.read(R"({"choices":[{"delta":{},"finish_reason":"stop"}]})", record);
  reader.read(R"({"choices":[{"delta":{},"finish_reason":"length"}]})", record);
  CHECK(record.finish_reason == "stop");
  reader.read(R"({"choices":[{"finish_reason":"content_filter","content_filter_offsets":{}}]})", record);
  CHECK(record.finish_reason == "content_filter");
}

TEST_CASE("an error is told from an answer, in each of its shapes") {
  for (const char* body :
       {R"({"error":{"message":"m"}})", R"({"error":"m"})", R"({"object":"error","message":"m"})"}) {
    INFO(body);
    RequestRecord record;
    CHECK(part_of(body, record).is_error);
  }
  for (const char* body : {R"({"error":null,"choices":[]})", R"({"error":"","choices":[]})",
                           R"({"object":"chat","choices":[]})"}) {
    INFO(body);
    RequestRecord record;
    CHECK_FALSE(part_of(body, record).is_error);
  }
}

TEST_CASE("invalid UTF-8 in an answer passes as it is") {
  CHECK(read("{\"choices\":[{\"text\":\"a\xff\xc3\"}]}").output == "a\xff\xc3");
}

TEST_CASE("an answer that is nested too deep is an error, not a crash") {
  const std::string open(10'000, '['), close(10'000, ']');
  CHECK(has(refusal(open), "not JSON"));
  CHECK(has(refusal(open + close), "not JSON"));
  std::string objects = "1";
  for (int i = 0; i < 10'000; ++i) objects = "{\"choices\":" + objects + "}";
  CHECK(has(refusal(objects), "not JSON"));
  CHECK(read_server_error(open).message.starts_with("[["));
}

TEST_CASE("a large answer is read whole") {
  const std::string text(200'000, 'x');
  CHECK(read(R"({"choices":[{"text":")" + text + R"("}]})").output == text);
}

TEST_CASE("an error's message and code are read from every shape that servers use") {
  struct Case {
    const char *body, *message, *code;
  };
  for (
      const Case& c : {
          Case{
              R"({"error":{"message":"m","type":null,"param":"prompt","code":"content_filter","status":400}})",
              "m", "content_filter"},
          Case{R"({"status":400,"code":"content_filter","message":"m","param":"p","type":null})", "m",
               "content_filter"},
          Case{
              R"({"status":422,"code":"parameter_not_supported","detail":{"loc":["a"],"input":"b"},"message":"m"})",
              R"(m {"loc":["a"],"input":"b"})", "parameter_not_supported"},
          Case{R"({"detail":[{"loc":["body"],"msg":"field required"}]})",
               R"([{"loc":["body"],"msg":"field required"}])", ""},
          Case{R"({"detail":"Not Found"})", "Not Found", ""},
          Case{R"({"error":{"code":"429","message":"Please retry after 60 seconds."}})",
               "Please retry after 60 seconds.", "429"},
          Case{R"({"statusCode":401,"message":"Unauthorized. Access token is missing"})",
               "Unauthorized. Access token is missing", ""},
          Case{R"({"error":"text","message":"m","status":400})", "m", ""},
          Case{R"({"error":"text"})", "text", ""},
          Case{R"({"object":"error","message":"m","type":"BadRequestError","param":null,"code":400})", "m",
               "400"},
          Case{R"({"error":{"message":"m","code":null,"type":"invalid_request_error"}})", "m",
               "invalid_request_error"},
          Case{
              R"({"error":{"code":"content_filter","message":"m","innererror":{"code":"ResponsibleAIPolicyViolation"}}})",
              "m", "content_filter"},
          Case{"<html>502 Bad Gateway</html>", "<html>502 Bad Gateway</html>", ""},
          Case{"plain", "plain", ""},
          Case{"", "", ""},
          Case{"[1]", "[1]", ""},
          Case{R"({"a":1})", R"({"a":1})", ""},
      }) {
    INFO(c.body);
    const auto error = read_server_error(c.body);
    CHECK(error.message == c.message);
    CHECK(error.code == c.code);
  }
}

TEST_CASE("a reader that has seen a stream's events reads the next one as a fresh one does") {
  const std::vector<std::string> shapes = {
      R"({"id":"1","choices":[{"index":0,"delta":{"content":"@"},"finish_reason":null}],"usage":null})",
      R"({"id":"1","choices":[{"index":0,"delta":{"reasoning_content":"@"},"finish_reason":null}]})",
      R"({"id":"1","choices":[{"index":0,"delta":{"role":"assistant","content":"@"}}]})",
      R"({"id":"1","choices":[{"index":0,"text":"@","finish_reason":""}]})",
      R"({"id":"1","choices":[{"index":0,"text":"@","finish_reason":"stop"}]})",
      R"({"id":"1","choices":[{"index":0,"text":"@"},{"index":1,"text":"@"}]})",
      R"({"id":"1","choices":[{"delta":{"tool_calls":[{"function":{"arguments":"@"}}]}}]})",
      R"({"id":"1","choices":[{"delta":{"content":"@"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}})",
      R"({"id":"@","choices":[{"delta":{"content":"x"}}]})",
      R"({"error":{"message":"@"},"choices":[{"text":"y"}]})"};
  const std::vector<std::string> texts = {"",
                                          "a",
                                          " b",
                                          "\xc3\xa9",
                                          "\\u00e9",
                                          "\\n",
                                          "\"",
                                          "\n",
                                          "\\",
                                          "x\"}",
                                          "\xff",
                                          "a\\\"b",
                                          "\x1f",
                                          "\"},{\"text\":\"z",
                                          "long text of some words",
                                          "]}"};
  std::mt19937 random(7);
  for (int run = 0; run < 200; ++run) {
    AnswerReader seasoned;
    RequestRecord a, b;
    std::string shape = shapes[random() % shapes.size()];
    for (int i = 0; i < 30; ++i) {
      if (random() % 4 == 0) shape = shapes[random() % shapes.size()];
      std::string event = shape;
      const std::string& text = texts[random() % texts.size()];
      for (auto at = event.find('@'); at != std::string::npos; at = event.find('@'))
        event.replace(at, 1, text);
      const AnswerPart x = seasoned.read(event, a), y = part_of(event, b);
      const bool same = x.choices == y.choices && x.is_error == y.is_error && x.malformed == y.malformed &&
                        a.output == b.output && a.reasoning == b.reasoning && a.tool_text == b.tool_text &&
                        a.finish_reason == b.finish_reason &&
                        a.usage_prompt_tokens == b.usage_prompt_tokens &&
                        a.usage_completion_tokens == b.usage_completion_tokens;
      if (!same) FAIL(event);
    }
  }
}

}  // namespace answer_reader_test
