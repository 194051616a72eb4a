#include "protocol/answer/answer_reader.hpp"

#include <random>
#include <string>
#include <vector>

#include "protocol/answer/server_error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace answer_reader_test {

using namespace llmload;
using namespace llmload::protocol;

/// As one that has read nothing before.
AnswerPart part_of(std::string_view body, Answer& answer) {
  AnswerReader reader(*chat_dialect());
  return reader.read(body, answer);
}

AnswerPart part_of(std::string_view body, RequestRecord& record) {
  Answer answer;
  answer.start(record);
  const AnswerPart part = part_of(body, answer);
  answer.finish(record.events, {});
  return part;
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
  CHECK_FALSE(part.error);
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

TEST_CASE("of a prompt's tokens in a dialect's stream the greatest number holds") {
  const auto usage_of = [](const std::string& at_start, const std::string& at_end) {
    RequestRecord record;
    Answer answer;
    answer.start(record);
    AnswerReader reader(*anthropic_dialect());
    (void)reader.read(R"({"type":"message_start","message":{"usage":{)" + at_start + "}}}", answer);
    (void)reader.read(R"({"type":"message_delta","usage":{"output_tokens":9,)" + at_end + "}}", answer);
    answer.finish(record.events, {});
    CHECK(record.usage_completion_tokens == 9U);
    return std::pair(record.usage_prompt_tokens, record.usage_cached_tokens);
  };
  const std::string cached = R"("input_tokens":14,"cache_read_input_tokens":1024)";
  CHECK(usage_of(cached, R"("input_tokens":14)") == std::pair(std::optional(1038UL), std::optional(1024UL)));
  CHECK(usage_of(cached, cached) == std::pair(std::optional(1038UL), std::optional(1024UL)));
  CHECK(usage_of(R"("input_tokens":0)", R"("input_tokens":14)").first == 14U);
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
  AnswerReader reader(*chat_dialect());
  RequestRecord record;
  Answer answer;
  answer.start(record);
  CHECK(
      reader.read(R"({"choices":[{"delta":{"role":"assistant","content":""},"finish_reason":null}]})", answer)
          .choices == 1);
  CHECK(record.output.empty());
  reader.read(R"({"choices":[{"delta":{"content":"Hi"}}],"usage":null})", answer);
  reader.read(R"({"choices":[{"delta":{"content":" you"},"finish_reason":""}]})", answer);
  CHECK(record.output == "Hi you");
  CHECK(record.finish_reason.empty());
  CHECK(reader.read(R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":0}})", answer).choices ==
        0);
  reader.read(R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}})", answer);
  CHECK(record.usage_completion_tokens == 2U);
}

TEST_CASE("the first finish reason holds, but a failure's against it, and a content filter's against any") {
  AnswerReader reader(*chat_dialect());
  RequestRecord record;
  Answer answer;
  answer.start(record);
  reader.read(R"({"choices":[{"delta":{},"finish_reason":"stop"}]})", answer);
  reader.read(R"({"choices":[{"delta":{},"finish_reason":"length"}]})", answer);
  CHECK(record.finish_reason == "stop");
  reader.read(R"({"choices":[{"delta":{},"finish_reason":"abort"}]})", answer);
  CHECK(record.finish_reason == "abort");
  reader.read(R"({"choices":[{"finish_reason":"content_filter","content_filter_offsets":{}}]})", answer);
  CHECK(record.finish_reason == "content_filter");
}

TEST_CASE("an error is told from an answer, in each of its shapes") {
  for (const char* body :
       {R"({"error":{"message":"m"}})", R"({"error":"m"})", R"({"object":"error","message":"m"})",
        R"([{"error":{"message":"m"}}])", R"({"error":["m"]})", R"({"errors":[{"message":"m"}]})",
        R"({"code":429,"message":"m"})", R"({"statusCode":401,"message":"m"})",
        R"({"choices":[{"delta":{"content":""},"error":{"message":"m"}}]})",
        R"({"choices":[{"message":{},"error":"m"}]})",
        R"({"choices":[{"message":{}}],"error":{"code":502,"message":"m"}})"}) {
    INFO(body);
    RequestRecord record;
    CHECK(part_of(body, record).error);
  }
  for (const char* body :
       {R"({"error":null,"choices":[]})", R"({"error":"","choices":[]})", R"({"object":"chat","choices":[]})",
        R"({"choices":[{"error":null}]})", R"({"choices":[],"code":429,"message":"m"})",
        R"({"code":0,"message":"m"})", R"({"type":"ping","message":"m"})", R"({"error":[],"choices":[]})"}) {
    INFO(body);
    RequestRecord record;
    CHECK_FALSE(part_of(body, record).error);
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
          Case{R"([{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}])", "m", "429"},
          Case{R"({"choices":[{"delta":{},"error":{"code":502,"message":"m"}}]})", "m", "502"},
          Case{R"({"choices":[{"finish_reason":"error","error":"m"}]})", "m", ""},
          Case{R"({"error":["m"]})", R"(["m"])", ""},
          Case{R"({"errors":[{"message":"m","code":7}]})", "m", "7"},
          Case{R"({"error":{"error":{"message":"m","type":"t"}}})", "m", "t"},
          Case{R"({"error":"m","error_type":"overloaded"})", "m", "overloaded"},
          Case{R"({"code":429,"message":"m","details":"RESOURCE_EXHAUSTED"})", "m", "429"},
          Case{"[1]", "[1]", ""},
          Case{R"({"a":1})", R"({"a":1})", ""},
      }) {
    INFO(c.body);
    const auto error = read_server_error(c.body);
    CHECK(error.message == c.message);
    CHECK(error.code == c.code);
  }
}

TEST_CASE("an error's code tells the HTTP status that it stands for") {
  const auto status = [](const std::string& error) {
    return read_server_error(R"({"error":{"message":"m",)" + error + "}}").status;
  };
  CHECK(status(R"("code":429)") == 429);
  CHECK(status(R"("code":"503")") == 503);
  CHECK(status(R"("code":"rate_limit_exceeded")") == 429);
  CHECK(status(R"("code":null,"type":"RateLimitError")") == 429);
  CHECK(status(R"("status":"RESOURCE_EXHAUSTED")") == 429);
  CHECK(status(R"("code":"c","http_status_code":422)") == 422);
  CHECK(status(R"("type":"InternalServerError")") == 500);
  CHECK(status(R"("type":"overloaded_error")") == 503);
  CHECK(status(R"("type":"invalid_request_error")") == 400);
  CHECK(status(R"("code":200)") == 0);
  CHECK(status(R"("code":7)") == 0);
  CHECK(status(R"("code":"c")") == 0);
}

TEST_CASE("of one choice exactly one text is taken: delta, else message, else text") {
  CHECK(read(R"({"choices":[{"text":"a","delta":{"content":"a"}}]})").output == "a");
  CHECK(read(R"({"choices":[{"delta":{"content":"a"},"text":"b","message":{"content":"c"}}]})").output ==
        "a");
  CHECK(read(R"({"choices":[{"text":"b","message":{"content":"c"}}]})").output == "c");
  CHECK(read(R"({"choices":[{"delta":{"content":""},"message":{"content":""},"text":"b"}]})").output == "b");
  AnswerReader reader(*chat_dialect());
  RequestRecord record;
  Answer answer;
  answer.start(record);
  reader.read(R"({"choices":[{"delta":{"content":"a"}}]})", answer);
  reader.read(R"({"choices":[{"delta":{},"message":{"content":"ab"}}]})", answer);  // all of it once more
  reader.read(R"({"choices":[{"delta":{"content":"b"}}]})", answer);
  CHECK(record.output == "ab");
}

TEST_CASE("content may be a list of typed parts, of text and of thoughts") {
  const auto r = read(
      R"({"choices":[{"message":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm"}]},)"
      R"({"type":"thinking","thinking":"."},{"text":"!","type":"reasoning"},{"type":"text","text":"one"},)"
      R"(" two",{"type":"refusal","refusal":" no"}]}}]})");
  CHECK(r.reasoning == "Hm.!");
  CHECK(r.output == "one two no");
}

TEST_CASE("thoughts are read under each of their names, and once") {
  for (
      const char* member :
      {R"("reasoning":"r")", R"("reasoning_content":"r")", R"("thinking":"r")",
       R"("reasoning_details":[{"type":"reasoning.text","text":"r"}])",
       R"("reasoning_details":[{"type":"reasoning.summary","summary":"r"},{"type":"reasoning.encrypted","data":"x"}])",
       R"("reasoning":"r","reasoning_details":[{"type":"reasoning.text","text":"r"}])",
       R"("reasoning_details":[{"text":"r"}],"reasoning_content":"r")", R"("reasoning":{"content":"r"})"}) {
    INFO(member);
    CHECK(read(R"({"choices":[{"delta":{"content":"",)" + std::string(member) + "}}]}").reasoning == "r");
  }
}

TEST_CASE("tools are called by the old member, too, and with arguments that are an object") {
  CHECK(read(R"({"choices":[{"delta":{"function_call":{"name":"f","arguments":"{}"}}}]})").tool_text ==
        "f{}");
  const auto r = read(R"({"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":)"
                      R"({"a": [1, -2.5e3, "x\n\"", true, null, {}], "b" : {"c":[[]]}, "d":"e"}}}]}}]})");
  CHECK(r.tool_text == R"(f{"a":[1,-2.5e3,"x\n\"",true,null,{}],"b":{"c":[[]]},"d":"e"})");
}

TEST_CASE("choices that come in turns stay apart, by their index") {
  AnswerReader reader(*chat_dialect());
  RequestRecord record;
  Answer answer;
  answer.start(record);
  for (const char* event :
       {R"({"choices":[{"index":1,"delta":{"content":"x"}}]})",
        R"({"choices":[{"index":0,"delta":{"content":"a"}}]})",
        R"({"choices":[{"index":0,"delta":{"content":"b"}},{"index":1,"delta":{"content":"y"}}]})",
        R"({"choices":[{"index":2,"delta":{"reasoning":"z"}}]})"})
    reader.read(event, answer);
  answer.finish(record.events, {});
  CHECK(record.output == "abxy");
  CHECK(record.first_choice_bytes == 2U);
  CHECK(record.reasoning == "z");
}

TEST_CASE("usage is read where servers put it, with what it says of the cache and of reasoning") {
  for (
      const char* members :
      {R"("choices":[{}],"usage":{"prompt_tokens":11,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":8},)"
       R"("completion_tokens_details":{"reasoning_tokens":2}})",
       R"("choices":[{"usage":{"prompt_tokens":11,"completion_tokens":3,"cached_tokens":8,"reasoning_tokens":2}}])",
       R"("choices":[{}],"x_groq":{"id":"i","usage":{"prompt_tokens":11,"completion_tokens":3,"prompt_cache_hit_tokens":8,)"
       R"("output_tokens_details":{"reasoning_tokens":2}}})",
       R"("choices":[{}],"amazon-bedrock-invocationMetrics":{"inputTokenCount":11,"outputTokenCount":3,"cached_tokens":8,)"
       R"("reasoning_tokens":2})",
       R"("choices":[{}],"usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":3,"cachedContentTokenCount":8,)"
       R"("thoughtsTokenCount":2})"}) {
    INFO(members);
    const auto r = read("{" + std::string(members) + "}");
    CHECK(r.usage_prompt_tokens == 11U);
    CHECK(r.usage_completion_tokens == 3U);
    CHECK(r.usage_cached_tokens == 8U);
    CHECK(r.usage_reasoning_tokens == 2U);
  }
}

TEST_CASE("half a character is joined with its other half, in the next part, too, or is U+FFFD") {
  CHECK(read(R"({"choices":[{"text":"a\ud83c\udf0a"}]})").output == "a\xf0\x9f\x8c\x8a");
  CHECK(read(R"({"choices":[{"text":"\udf0a \ud83c"}]})").output == "\xef\xbf\xbd \xef\xbf\xbd");
  CHECK(read(R"({"choices":[{"text":"\ud83cx \\ud83c"}]})").output == "\xef\xbf\xbdx \\ud83c");
  AnswerReader reader(*chat_dialect());
  RequestRecord record;
  Answer answer;
  answer.start(record);
  for (const char* text : {"a", R"(\ud83c)", R"(\udf0a b)", R"(\ud83c)", "c", R"(\udf0a)"})
    reader.read(R"({"choices":[{"delta":{"content":")" + std::string(text) + R"("}}]})", answer);
  answer.finish(record.events, {});
  CHECK(record.output ==
        "a\xf0\x9f\x8c\x8a b\xef\xbf\xbd"
        "c\xef\xbf\xbd");
}

TEST_CASE("halves of a character are joined likewise where a dialect reads the texts itself") {
  AnswerReader reader(*anthropic_dialect());
  RequestRecord r;
  Answer answer;
  answer.start(r);
  for (const char* text : {"a", R"(\ud83c)", R"(\uDF0A b)", R"(\uD83C)"}) {
    reader.read(R"({"type":"content_block_delta","delta":{"type":"text_delta","text":")" + std::string(text) +
                    R"("}})",
                answer);
  }
  answer.finish(r.events, {});
  CHECK(r.output == "a\xf0\x9f\x8c\x8a b\xef\xbf\xbd");
}

TEST_CASE("a text that is malformed adds nothing") {
  RequestRecord record;
  CHECK_FALSE(
      part_of(R"({"choices":[{"text":"a"}],"usage":{"completion_tokens":3},)", record).malformed.empty());
  CHECK(record.output.empty());
  CHECK_FALSE(record.usage_completion_tokens);
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
      R"({"choices":[{"index":1,"delta":{"content":"@"}}]})",
      R"({"choices":[{"text":"@","delta":{"content":"@"}}]})",
      R"({"choices":[{"text":"@","delta":{"content":""}}]})",
      R"({"choices":[{"delta":{"content":[{"type":"text","text":"@"}]}}]})",
      R"({"choices":[{"delta":{"reasoning":"@","reasoning_details":[{"text":"@"}]}}]})",
      R"({"choices":[{"delta":{"function_call":{"arguments":{"a":"@"}}}}]})",
      R"({"error":{"message":"@"},"choices":[{"text":"y"}]})"};
  const std::vector<std::string> texts = {"",
                                          "a",
                                          " b",
                                          "\xc3\xa9",
                                          "\\u00e9",
                                          "\\n",
                                          "\\ud83c",
                                          "\\udf0a",
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
    AnswerReader seasoned(*chat_dialect());
    RequestRecord a, b;
    Answer answer_a, answer_b;
    answer_a.start(a);
    answer_b.start(b);
    std::string shape = shapes[random() % shapes.size()];
    for (int i = 0; i < 30; ++i) {
      if (random() % 4 == 0) shape = shapes[random() % shapes.size()];
      std::string event = shape;
      const std::string& text = texts[random() % texts.size()];
      for (auto at = event.find('@'); at != std::string::npos; at = event.find('@'))
        event.replace(at, 1, text);
      const AnswerPart x = seasoned.read(event, answer_a), y = part_of(event, answer_b);
      const bool same = x.choices == y.choices && x.error.has_value() == y.error.has_value() &&
                        x.finishes == y.finishes && x.has_role == y.has_role && x.malformed == y.malformed &&
                        a.output == b.output && a.reasoning == b.reasoning && a.tool_text == b.tool_text &&
                        a.finish_reason == b.finish_reason &&
                        a.usage_prompt_tokens == b.usage_prompt_tokens &&
                        a.usage_completion_tokens == b.usage_completion_tokens;
      if (!same) FAIL(event);
    }
  }
}

TEST_CASE("a finish reason may be an object, a list or a number, with blanks around it") {
  const auto reason = [](const std::string& value) {
    return read(R"({"choices":[{"text":"a","finish_reason":)" + value + "}]}").finish_reason;
  };
  CHECK(reason(R"({"type":"abort","message":"no memory"})") == "abort");
  CHECK(reason(R"({"message":"no memory","reason":"abort"})") == "abort");
  CHECK(reason(R"({"code":"error"})") == "error");
  CHECK(reason(R"({"type":"stop","matched":"</s>"})") == "stop");
  CHECK(reason(R"(["abort"])") == "abort");
  CHECK(reason(R"([{"type":"abort"}])") == "abort");
  CHECK(reason("7") == "7");
  CHECK(reason("true") == "true");
  CHECK(reason(R"(" error ")") == "error");
  CHECK(reason(R"("stop\n")") == "stop");
  for (const char* none : {"null", "false", "0", R"("")", R"(" ")", "{}", "[]", R"({"type":null})"})
    CHECK(reason(none).empty());
  RequestRecord record;
  const auto part =
      part_of(R"({"choices":[{"text":"a","finish_reason":{"type":"abort","message":"no memory"}}]})", record);
  CHECK(part.finishes);
  CHECK(part.finish_message == "no memory");
}

/// The texts of a message with these members: reasoning|content|tools.
std::string texts_of(const std::string& members) {
  const auto whole = read(R"({"choices":[{"message":{)" + members + "}}]}");
  const auto event = read(R"({"choices":[{"delta":{)" + members + "}}]}");
  CHECK(whole.output == event.output);
  CHECK(whole.reasoning == event.reasoning);
  CHECK(whole.tool_text == event.tool_text);
  return whole.reasoning + '|' + whole.output + '|' + whole.tool_text;
}

TEST_CASE("what is said twice under several names is taken once") {
  const std::string part = R"("content":[{"type":"thinking","thinking":"Hm"},{"type":"text","text":"a"}])",
                    again = R"("reasoning_content":"Hm")";
  CHECK(texts_of(part + "," + again) == "Hm|a|");
  CHECK(texts_of(again + "," + part) == "Hm|a|");
  CHECK(texts_of(R"("content":[{"type":"reasoning","text":"Hm"}],)" + again) == "Hm||");
  CHECK(texts_of(R"("content":[{"type":"thinking","thinking":[{"text":"Hm"}]}],)" + again) == "Hm||");
  CHECK(texts_of(R"("content":[{"type":"thinking","thinking":"H"},{"type":"thinking","thinking":"m"}])") ==
        "Hm||");
  const std::string call = R"("function_call":{"name":"f","arguments":"{}"})",
                    calls = R"("tool_calls":[{"function":{"name":"f","arguments":"{}"}}])";
  CHECK(texts_of(call + "," + calls) == "||f{}");
  CHECK(texts_of(calls + "," + call) == "||f{}");
  CHECK(texts_of(R"("tool_calls":[],)" + call) == "||f{}");
  CHECK(texts_of(R"("function_call":{"name":"f","arguments":{"a":1}},)"
                 R"("tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}])") == R"(||f{"a":1})");
  CHECK(texts_of(R"("content":"no","refusal":"no")") == "|no|");
  CHECK(texts_of(R"("refusal":"no","content":"no")") == "|no|");
  CHECK(texts_of(R"("content":"","refusal":"no")") == "|no|");
  CHECK(texts_of(R"("content":"a","refusal":"no")") == "|ano|");
}

TEST_CASE("a part's thoughts are in its text, its summary or its content, by its type's whole words") {
  CHECK(
      texts_of(R"("content":[{"type":"reasoning","summary":[{"text":"Hm"}]},{"type":"text","text":"a"}])") ==
      "Hm|a|");
  CHECK(texts_of(R"("content":[{"type":"reasoning","summary":"Hm"}])") == "Hm||");
  CHECK(texts_of(R"("content":[{"type":"reasoning","content":[{"type":"reasoning_text","text":"Hm"}]}])") ==
        "Hm||");
  CHECK(texts_of(R"("content":{"type":"text","text":"a"})") == "|a|");
  CHECK(texts_of(R"("content":{"type":"thinking","thinking":"Hm"})") == "Hm||");
  CHECK(texts_of(R"("content":[{"type":"reasoning.text","text":"Hm"}])") == "Hm||");
  CHECK(texts_of(R"("content":[{"type":"unreasonable_text","text":"a"}])") == "|a|");
  CHECK(texts_of(R"("content":[{"type":"rethinking","text":"a"}])") == "|a|");
}

}  // namespace answer_reader_test
