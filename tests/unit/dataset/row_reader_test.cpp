#include "dataset/row_reader.hpp"

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace row_reader_test {

using namespace llmload;
namespace json = boost::json;

const RequestFileOptions for_chats{.dialect = chat_dialect(), .stream = true};

RequestSpec read(std::string_view row, const RequestFileOptions& options = for_chats) {
  return dataset::RowReader(options).read(json::parse(row));
}

std::string refusal(std::string_view row, const RequestFileOptions& options = for_chats) {
  return error_of<InputError>([&] { read(row, options); });
}

TEST_CASE("a row may say its prompt, how long its answer is, its label and its headers") {
  const RequestSpec spec = read(R"({"prompt":"p","max_tokens":5,"label":"l","id":3,"headers":{"x-a":"1"}})");
  CHECK(spec.messages == std::vector<Message>{{"user", "p"}});
  CHECK(spec.max_tokens == 5U);
  CHECK(spec.label == "l");
  CHECK(spec.headers == std::vector<std::pair<std::string, std::string>>{{"x-a", "1"}});
  CHECK(spec.body.empty());
  CHECK(read(R"({"text":"t","output_tokens":6,"id":3})").label == "3");
  CHECK(read(R"({"text":"t","output_tokens":6.0})").max_tokens == 6U);
  CHECK(read(R"({"id":"i","label":"l","text":"t"})").label == "l");
}

TEST_CASE("a member that is null is not there") {
  const RequestSpec spec =
      read(R"({"prompt":"p","messages":null,"max_tokens":null,"label":null,"headers":null,"body":null})");
  CHECK(spec == ask("p"));
  CHECK(has(refusal(R"({"prompt":null})"), "\"prompt\" is null; it must be a string"));
  CHECK(has(refusal(R"({"prompt":"p","max_token":null})"), "did you mean max_tokens?"));
}

TEST_CASE("a column's number may be written as any whole number is") {
  CHECK(read(R"({"prompt":"p","max_tokens":"16.0"})").max_tokens == 16U);
  for (const char* wrong : {"16.5", "sixteen", "", "-1", "0", "1e99"})
    CHECK(has(refusal(R"({"prompt":"p","max_tokens":")" + std::string(wrong) + "\"}"),
              "must be a whole number"));
}

TEST_CASE("two members of one meaning are refused, for one would be dropped") {
  const RequestFileOptions renamed{.columns = {{"a", "label"}, {"b", "label"}}};
  CHECK(refusal(R"({"prompt":"p","a":"1","b":"2"})", renamed) == "has two members that mean \"label\"");
  CHECK(read(R"({"prompt":"p","a":"1","b":null})", renamed).label == "1");
  CHECK(refusal(R"({"prompt":"p","headers":{"X-A":"1","x-a":"2"}})") == "\"headers\" has \"x-a\" twice");
  CHECK(refusal(R"({"prompt":"p","headers":"{\"x\":\"1\",\"x\":\"2\"}"})") == "\"headers\" has \"x\" twice");
}

TEST_CASE("of several names for a label the one that says so goes first, then a batch's") {
  CHECK(read(R"({"prompt":"p","custom_id":"c","id":"i"})").label == "c");
  CHECK(read(R"({"prompt":"p","id":"i","custom_id":"c"})").label == "c");
  CHECK(read(R"({"prompt":"p","id":"i","custom_id":"c","label":"l"})").label == "l");
}

TEST_CASE("an empty prompt is none") {
  for (const char* row : {R"("")", R"({"prompt":""})", R"({"messages":[{"role":"user","content":""}]})"})
    CHECK(refusal(row) == "has an empty prompt");
}

TEST_CASE("messages of plain text are roles and texts") {
  const auto messages =
      read(R"({"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}]})").messages;
  CHECK(messages == std::vector<Message>{{"system", "s"}, {"user", "u"}});
}

TEST_CASE("messages of more than a text stay as they are, and their texts are what is counted") {
  const auto messages = read(R"({"messages":[
      {"role":"user","content":[{"type":"text","text":"look "},{"type":"image_url","image_url":{"url":"u"}},
                                {"type":"text","text":"here"}]},
      {"role":"assistant","content":null,"tool_calls":[{"id":"1"}]},
      {"role":"tool","content":"42","tool_call_id":"1"}]})")
                            .messages;
  REQUIRE(messages.size() == 3);
  CHECK(messages[0].text == "look here");
  CHECK(json::parse(messages[0].json).at("content").as_array().size() == 3);
  CHECK(messages[1].text.empty());
  CHECK(json::parse(messages[1].json).at("tool_calls").at(0).at("id") == "1");
  CHECK(messages[2].text == "42");
  CHECK(json::parse(messages[2].json).at("tool_call_id") == "1");
}

TEST_CASE("an input's items without a role stay as they are, and what a tool says is counted") {
  const RequestFileOptions for_responses{.dialect = responses_dialect()};
  const char* const row = R"({"body":{"input":[{"role":"user","content":"u"},
      {"type":"reasoning","id":"r","summary":[]},
      {"type":"function_call","call_id":"1","name":"f","arguments":"{}"},
      {"type":"function_call_output","call_id":"1","output":"42"},
      {"type":"computer_call_output","call_id":"2","output":{"type":"computer_screenshot"}},
      {"type":"item_reference","id":"i"}]}})";
  const auto messages = read(row, for_responses).messages;
  REQUIRE(messages.size() == 6);
  CHECK(messages[0] == Message{"user", "u"});
  CHECK(json::parse(messages[2].json).at("arguments") == "{}");
  CHECK(messages[2].role.empty());
  CHECK(messages[3].text == "42");
  CHECK(messages[4].text.empty());
  CHECK(json::parse(messages[5].json) == json::parse(R"({"type":"item_reference","id":"i"})"));
  CHECK(has(refusal(row), "has an item without a role, which is a message in Responses alone"));
  CHECK(has(refusal(R"({"body":{"input":[{"content":"u"}]}})", for_responses),
            "body.input[0] has no \"role\""));
}

TEST_CASE("of a ShareGPT conversation the turns up to the user's first are sent") {
  const RequestSpec spec = read(R"({"id":"x","conversations":[{"from":"system","value":"s"},
      {"from":"human","value":"h"},{"from":"gpt","value":"g"},{"from":"human","value":"i"}]})");
  CHECK(spec.messages == std::vector<Message>{{"system", "s"}, {"user", "h"}});
  CHECK(spec.label == "x");
  CHECK(has(refusal(R"({"conversations":[{"from":"gpt","value":"g"}]})"), "no turn from"));
}

TEST_CASE("of an OpenAI batch line the body is sent, and its id comes back as the label") {
  const RequestSpec spec = read(R"({"custom_id":"c","method":"POST","url":"/v1/chat/completions","body":
      {"model":"m","messages":[{"role":"user","content":"u"}],"max_tokens":9,"stop":["x"],"stream":true}})");
  CHECK(spec.label == "c");
  CHECK(spec.messages == std::vector<Message>{{"user", "u"}});
  CHECK(spec.max_tokens == 9U);
  CHECK(json::parse(spec.body) == json::parse(R"({"model":"m","stop":["x"]})"));
}

TEST_CASE("max_completion_tokens takes the place of max_tokens under its own name") {
  const RequestSpec spec = read(R"({"prompt":"p","body":{"max_completion_tokens":9}})");
  CHECK(spec.max_tokens == 9U);
  CHECK(json::parse(spec.body) == json::parse(R"({"max_completion_tokens":9,"max_tokens":null})"));
}

TEST_CASE("a batch line for another call, or another method, is refused") {
  CHECK(has(refusal(R"({"url":"/v1/completions","prompt":"p"})"),
            "the endpoint is asked for chat/completions"));
  CHECK(has(refusal(R"({"url":"/v1/embeddings","prompt":"p"})"), "\"url\" is \"/v1/embeddings\""));
  CHECK(has(refusal(R"({"url":"/v1/chat/completions","prompt":"p"})", {.dialect = completions_dialect()}),
            "is asked for /completions"));
  CHECK(has(refusal(R"({"url":"/v1/embeddings?api-key=secret","prompt":"p"})"), "/v1/embeddings?api-key\""));
  CHECK(has(refusal(R"({"method":"GET","prompt":"p"})"), "is not POST"));
}

TEST_CASE("a row that the endpoint's dialect can't say is refused") {
  const RequestFileOptions for_completions{.dialect = completions_dialect()};
  const char* const chat = R"({"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}]})";
  CHECK(has(refusal(chat, for_completions), "has several messages with roles, which a completion can't say"));
  CHECK(has(
      refusal(R"({"messages":[{"role":"user","content":[{"type":"text","text":"t"}]}]})", for_completions),
      "has a message of parts"));
  CHECK(read(R"({"messages":[{"role":"user","content":"u"}]})", for_completions).messages.size() == 1);
  CHECK(read(chat).messages.size() == 2);
  CHECK(read(chat, {}).messages.size() == 2);
}

TEST_CASE("a row that says something twice, or nothing, is refused") {
  CHECK(has(refusal(R"({"text":"t","prompt":"p"})"), "says its prompt twice"));
  CHECK(has(refusal(R"({"prompt":"p","body":{"messages":[{"role":"user","content":"u"}]}})"), "twice"));
  CHECK(has(refusal(R"({"prompt":"p","max_tokens":1,"output_tokens":2})"), "two numbers of tokens"));
  CHECK(has(refusal(R"({"max_tokens":1})"), "has no prompt"));
  CHECK(has(refusal(R"({"prompt":"p","body":{"stream":false}})"), "STREAM says it"));
}

TEST_CASE("a member of a wrong kind is named, with what it must be") {
  CHECK(has(refusal(R"({"prompt":null})"), "\"prompt\" is null; it must be a string"));
  CHECK(has(refusal(R"({"messages":"u"})"), "\"messages\": invalid JSON"));
  CHECK(has(refusal(R"({"messages":[]})"), "\"messages\" is an empty list"));
  CHECK(has(refusal(R"({"messages":[{"content":"u"}]})"), "messages[0] has no \"role\""));
  CHECK(has(refusal(R"({"messages":[{"role":"user"}]})"), "messages[0]\" has no \"content\""));
  CHECK(has(refusal(R"({"messages":[{"role":"user","content":7}]})"), "messages[0].content\" is a number"));
  for (const char* tokens : {"0", "-1", "1.5", "\"x\"", "true", "10000001"})
    CHECK(
        has(refusal(R"({"prompt":"p","max_tokens":)" + std::string(tokens) + "}"), "a whole number from 1"));
  CHECK(has(refusal(R"({"prompt":"p","body":[1]})"), "\"body\" is a list; it must be an object"));
  CHECK(has(refusal(R"({"body":{"prompt":["a","b"]}})"), "\"body.prompt\" is a list; it must be a string"));
  CHECK(has(refusal(R"({"prompt":"p","label":[]})"), "\"label\" is a list"));
}

TEST_CASE("a header that would break the request, or hold a key, is refused") {
  const auto with = [](const char* name, const char* value) {
    return refusal(json::serialize(json::object{{"prompt", "p"}, {"headers", {{name, value}}}}));
  };
  CHECK(has(with("a b", "1"), "is no name of an HTTP header"));
  CHECK(has(with("Content-Length", "1"), "is set by llmload itself"));
  CHECK(has(with("x-a", "1\r\nx-b: 2"), "a line break"));
  CHECK(has(with("Authorization", "Bearer 1"), "may hold a key"));
}

}  // namespace row_reader_test
