#include "protocol/http/request_writer.hpp"

#include <array>
#include <boost/json.hpp>
#include <string>

#include "support/catch.hpp"
#include "support/terse_dialect.hpp"
#include "unit/text/checks.hpp"

namespace request_writer_test {

using namespace llmload;
using protocol::RequestWriter;
namespace json = boost::json;

Plan plan_for(const std::string& url) {
  Plan plan;
  plan.endpoints = {parse_endpoint(url)};
  plan.system_prompt = "You are a helpful assistant.";
  return plan;
}

json::value payload(const Plan& plan, const std::string& prompt = "Hello") {
  return json::parse(RequestWriter(plan).body(ask(prompt), {plan.max_tokens(0)}));
}

std::string head(const Plan& plan, std::size_t endpoint = 0) {
  const auto text = RequestWriter(plan).head(endpoint, 2, plan.api_key.reveal());
  return text.substr(0, text.find("\r\n\r\n") + 2);
}

const std::string chat = "https://h/v1/chat/completions";

TEST_CASE("a chat's payload is the original's") {
  CHECK(payload(plan_for(chat)) ==
        json::parse(R"({"messages":[{"role":"system","content":"You are a helpful assistant."},
    {"role":"user","content":"Hello"}],"max_tokens":256,"temperature":0.6,"top_p":0.9,"stream":false})"));
}

TEST_CASE("a completion's payload is the original's, without system prompt and stream") {
  CHECK(payload(plan_for("https://h/v1/completions")) ==
        json::parse(R"({"prompt":"Hello","max_tokens":256,"temperature":0.6,"top_p":0.9})"));
}

TEST_CASE("a model is sent where it is given, and no system message where it is empty") {
  auto plan = plan_for(chat);
  plan.model = "llama";
  plan.system_prompt.clear();
  plan.max_tokens = 7;
  CHECK(payload(plan) == json::parse(R"({"model":"llama","messages":[{"role":"user","content":"Hello"}],
    "max_tokens":7,"temperature":0.6,"top_p":0.9,"stream":false})"));
}

TEST_CASE("a prompt is escaped as JSON wants it") {
  const std::string prompt = "\"q\" \\ \n\t\x01 é 🙂 </s>";
  CHECK(payload(plan_for(chat), prompt).at("messages").at(1).at("content").as_string() ==
        json::string_view(prompt.data(), prompt.size()));
}

TEST_CASE("an extra body is merged into a message as deep as a row may have it") {
  auto plan = plan_for(chat);
  plan.extra_body = R"({"seed":7})";
  std::string message = R"({"role":"user","content":)" + std::string(30, '[') + std::string(30, ']') + "}";
  const RequestSpec spec{{{"user", "", message}}, {}, {}};
  RequestWriter writer(plan);
  json::parse_options deep;
  deep.max_depth = 64;
  CHECK(json::parse(writer.body(spec, {1}), {}, deep).at("messages").at(1) == json::parse(message));
}

TEST_CASE("an extra body is merged as RFC 7396 says") {
  auto plan = plan_for("https://h/v1/completions");
  plan.extra_body =
      R"({"top_p":null,"max_tokens":null,"n_predict":5,"temperature":0,"a":{"b":{"c":null}},"l":[1,null]})";
  CHECK(payload(plan) ==
        json::parse(R"({"prompt":"Hello","n_predict":5,"temperature":0,"a":{"b":{}},"l":[1,null]})"));
  plan.extra_body = R"({"prompt":{"a":1}})";
  CHECK(payload(plan).at("prompt") == json::parse(R"({"a":1})"));
}

TEST_CASE("RFC 7396's own examples hold for the payload's members") {
  // The payload is the target: {"prompt":"b", ...} or {"messages":[{...}], ...}.
  struct Case {
    const char *url, *patch, *member, *result;  // result "": the member is gone
  };
  const char *text = "https://h/v1/completions", *talk = "https://h/v1/chat/completions";
  for (const Case& c :
       {Case{text, R"({"prompt":"c"})", "prompt", R"("c")"}, Case{text, R"({"b":"c"})", "prompt", R"("b")"},
        Case{text, R"({"b":"c"})", "b", R"("c")"}, Case{text, R"({"prompt":null})", "prompt", ""},
        Case{text, R"({"none":null})", "none", ""}, Case{text, R"({"prompt":["b"]})", "prompt", R"(["b"])"},
        Case{text, R"({"prompt":{"a":1,"b":null}})", "prompt", R"({"a":1})"},
        Case{talk, R"({"messages":"c"})", "messages", R"("c")"},
        Case{talk, R"({"messages":[1]})", "messages", "[1]"},
        Case{talk, R"({"messages":{"a":"b","c":null}})", "messages", R"({"a":"b"})"},
        Case{text, R"({"e":[null]})", "e", "[null]"},
        Case{text, R"({"a":{"bb":{"ccc":null}}})", "a", R"({"bb":{}})"}}) {
    INFO(c.patch);
    auto plan = plan_for(c.url);
    plan.extra_body = c.patch;
    const auto whole = payload(plan, "b").as_object();
    const json::value* member = whole.if_contains(c.member);
    CHECK((member != nullptr) == (*c.result != '\0'));
    if (member != nullptr) CHECK(*member == json::parse(c.result));
    CHECK(whole.contains("top_p"));
  }
}

json::value payload_of_row(const Plan& plan, RequestSpec row) {
  return json::parse(RequestWriter(plan).body(row, {row.max_tokens.value_or(plan.max_tokens(0))}));
}

RequestSpec with_body(std::string body) {
  RequestSpec row = ask("Hello");
  row.body = std::move(body);
  return row;
}

TEST_CASE("a request's own length holds against an extra body's, under the name that this gives it") {
  struct Case {
    const char *url, *extra, *name;
  };
  for (const Case& c : {Case{"https://h/v1/chat/completions", R"({"max_tokens":500})", "max_tokens"},
                        Case{"https://h/v1/chat/completions",
                             R"({"max_tokens":null,"max_completion_tokens":500})", "max_completion_tokens"},
                        Case{"https://h/v1/chat/completions", R"({"max_tokens":null})", "max_tokens"},
                        Case{"https://h/v1/completions", R"({"max_tokens":500})", "max_tokens"},
                        Case{"https://h/v1/responses", R"({"max_output_tokens":500})", "max_output_tokens"},
                        Case{"https://h/v1/messages", R"({"max_tokens":500})", "max_tokens"}}) {
    INFO(c.url << ' ' << c.extra);
    auto plan = plan_for(c.url);
    plan.extra_body = c.extra;
    RequestSpec row = ask("Hello");
    const bool gives = payload_of_row(plan, row).as_object().contains(c.name);
    if (gives) CHECK(payload_of_row(plan, row).at(c.name) == 500);
    row.max_tokens = 9;
    const json::object body = payload_of_row(plan, row).as_object();
    CHECK(body.at(c.name) == 9);
    CHECK(json::serialize(body).find("max_") == json::serialize(body).rfind("max_"));
  }
}

TEST_CASE("a length is sent once, under the API's name, whichever name it was given") {
  struct Case {
    const char *url, *given, *name;
  };
  for (const Case& c :
       {Case{"https://h/v1/chat/completions", R"({"max_output_tokens":5})", "max_tokens"},
        Case{"https://h/v1/chat/completions", R"({"max_completion_tokens":5})", "max_completion_tokens"},
        Case{"https://h/v1/chat/completions", R"({"max_completion_tokens":5,"max_tokens":null})",
             "max_completion_tokens"},
        Case{"https://h/v1/completions", R"({"max_completion_tokens":5})", "max_tokens"},
        Case{"https://h/v1/responses", R"({"max_tokens":5})", "max_output_tokens"},
        Case{"https://h/v1/responses", R"({"max_completion_tokens":5,"max_tokens":null})",
             "max_output_tokens"},
        Case{"https://h/v1/responses", R"({"max_completion_tokens":5,"max_tokens":5})", "max_output_tokens"},
        Case{"https://h/v1/messages", R"({"max_completion_tokens":5,"max_tokens":null})", "max_tokens"},
        Case{"https://h/v1/messages", R"({"max_output_tokens":5})", "max_tokens"}}) {
    INFO(c.url << ' ' << c.given);
    auto plan = plan_for(c.url);
    const json::value of_row = payload_of_row(plan, with_body(c.given));
    plan.extra_body = c.given;
    for (const json::value& body : {payload(plan), of_row}) {
      CHECK(body.at(c.name) == 5);
      CHECK(json::serialize(body).find("max_") == json::serialize(body).rfind("max_"));
    }
  }
}

TEST_CASE("an extra body with two lengths is refused, and a null takes out its own name alone") {
  auto plan = plan_for("https://h/v1/responses");
  plan.extra_body = R"({"max_tokens":5,"max_output_tokens":6})";
  CHECK_THROWS_WITH(RequestWriter(plan), "the plan's extra_body has two numbers of tokens");
  plan.extra_body = R"({"max_tokens":null})";
  CHECK(payload(plan).at("max_output_tokens") == 256);
  plan.extra_body = R"({"max_output_tokens":null})";
  CHECK_FALSE(payload(plan).as_object().contains("max_output_tokens"));
}

TEST_CASE("a request's own body holds against an extra body in each member") {
  auto plan = plan_for(chat);
  plan.extra_body = R"({"stop":["plan"],"a":{"of_plan":1,"of_both":1},"seed":7,"temperature":1})";
  const auto body =
      payload_of_row(plan, with_body(R"({"stop":["row"],"a":{"of_both":2},"seed":null,"temperature":0})"));
  CHECK(body.at("stop") == json::parse(R"(["row"])"));
  CHECK(body.at("a") == json::parse(R"({"of_plan":1,"of_both":2})"));
  CHECK_FALSE(body.as_object().contains("seed"));
  CHECK(body.at("temperature") == 0);
}

TEST_CASE("a request's own body may add to the question for usage, and can't take it back") {
  auto plan = plan_for(chat);
  plan.stream = true;
  const auto options = [&plan](const char* body) {
    const json::value whole = payload_of_row(plan, with_body(body));
    const json::value* const found = whole.as_object().if_contains("stream_options");
    return found != nullptr ? *found : json::value();
  };
  const json::value asked = json::parse(R"({"include_usage":true})");
  CHECK(options(R"({"stream_options":{"x":1}})") == json::parse(R"({"include_usage":true,"x":1})"));
  CHECK(options(R"({"stream_options":{"include_usage":false}})") == asked);
  CHECK(options(R"({"stream_options":null})") == asked);
  plan.extra_body = R"({"stream_options":null})";  // which decides for itself
  CHECK(options(R"({"seed":1})").is_null());
  CHECK(options(R"({"stream_options":{"x":1}})") == json::parse(R"({"x":1})"));
}

TEST_CASE("a request's head has its lines, and no Accept-Encoding") {
  auto plan = plan_for("https://h/v1/chat/completions?api-version=1");
  plan.api_key = Secret("k");
  plan.extra_headers = {{"extra-parameters", "pass-through"}};
  const auto text = RequestWriter(plan).head(0, 7, plan.api_key.reveal());
  CHECK(text.starts_with("POST /v1/chat/completions?api-version=1 HTTP/1.1\r\nHost: h\r\n"));
  CHECK(text.ends_with("\r\n\r\n"));
  CHECK(has(text, "\r\nContent-Length: 7\r\n"));
  CHECK(has(text, "\r\nContent-Type: application/json\r\n"));
  CHECK(has(text, "\r\nAuthorization: Bearer k\r\n"));
  CHECK(has(text, "\r\nextra-parameters: pass-through\r\n"));
  CHECK_FALSE(has(text, "Accept-Encoding"));
  CHECK_FALSE(has(text, "Connection:"));
  plan.connection = Connection::per_request;
  CHECK(has(head(plan), "\r\nConnection: close\r\n"));
}

TEST_CASE("a GET of the endpoint has its URL and the headers of a request, and no body") {
  auto plan = plan_for("https://h/v1/chat/completions?api-version=1");
  plan.extra_headers = {{"extra-parameters", "pass-through"}};
  const auto text = RequestWriter(plan).get(0, "k");
  CHECK(text.starts_with("GET /v1/chat/completions?api-version=1 HTTP/1.1\r\nHost: h\r\n"));
  CHECK(has(text, "\r\nAuthorization: Bearer k\r\n"));
  CHECK(has(text, "\r\nextra-parameters: pass-through\r\n"));
  CHECK(text.ends_with("\r\nContent-Length: 0\r\n\r\n"));
}

TEST_CASE("the content length counts bytes, not characters") {
  CHECK(has(RequestWriter(plan_for(chat)).head(0, 6, ""), "\r\nContent-Length: 6\r\n"));
}

TEST_CASE("Host has a port that is not the scheme's own, and an IPv6 address its brackets") {
  CHECK(has(head(plan_for("https://h:443/v1/completions")), "\r\nHost: h\r\n"));
  CHECK(has(head(plan_for("http://h:80/v1/completions")), "\r\nHost: h\r\n"));
  CHECK(has(head(plan_for("https://h:80/v1/completions")), "\r\nHost: h:80\r\n"));
  CHECK(has(head(plan_for("http://h:443/v1/completions")), "\r\nHost: h:443\r\n"));
  CHECK(has(head(plan_for("https://[::1]:8443/v1/completions")), "\r\nHost: [::1]:8443\r\n"));
  CHECK(has(head(plan_for("https://[::1]/v1/completions")), "\r\nHost: [::1]\r\n"));
}

TEST_CASE("each endpoint has its own head, with the auth of its host") {
  auto plan = plan_for("https://a/v1/chat/completions");
  plan.api_key = Secret("k");
  plan.endpoints.push_back(parse_endpoint("https://b.openai.azure.com/x/chat/completions"));
  CHECK(has(head(plan, 0), "Host: a\r\n"));
  CHECK(has(head(plan, 0), "Authorization: Bearer k\r\n"));
  CHECK(head(plan, 1).starts_with("POST /x/chat/completions "));
  CHECK(has(head(plan, 1), "Host: b.openai.azure.com\r\n"));
  CHECK(has(head(plan, 1), "api-key: k\r\n"));
}

TEST_CASE("a dialect's fixed headers are sent, unless the plan has such headers itself") {
  auto plan = plan_for("https://h/v1/messages");
  CHECK(has(head(plan), "\r\nanthropic-version: 2023-06-01\r\n"));
  CHECK_FALSE(has(head(plan_for(chat)), "anthropic-version"));
  plan.extra_headers = {{"Anthropic-Version", "2099-01-01"}};
  CHECK_FALSE(has(head(plan), "2023-06-01"));
  CHECK(has(head(plan), "\r\nAnthropic-Version: 2099-01-01\r\n"));
}

TEST_CASE("a fixed header of a dialect takes the place of the usual one, and can't end its line") {
  struct Fixed : test::TerseDialect {
    explicit Fixed(FixedHeader header) : header_{header} {}
    [[nodiscard]] std::span<const FixedHeader> fixed_headers() const override { return header_; }
    std::array<FixedHeader, 1> header_;
  };
  const auto with = [](FixedHeader header) {
    auto plan = plan_for(chat);
    plan.endpoints = {parse_endpoint("http://h/say", std::make_shared<Fixed>(header))};
    return plan;
  };
  const auto text = head(with({"accept", "text/event-stream"}));
  CHECK(has(text, "\r\naccept: text/event-stream\r\n"));
  CHECK_FALSE(has(text, "Accept: application/json"));
  CHECK_THROWS_AS(RequestWriter(with({"x", "1\r\ny: 2"})), InputError);
}

}  // namespace request_writer_test
