// What a dialect of a harness says of its answers becomes the record that a built-in one's would.
#include <string>

#include "protocol/http/request_writer.hpp"
#include "protocol/record_builder.hpp"
#include "support/catch.hpp"
#include "support/terse_dialect.hpp"
#include "unit/text/checks.hpp"

namespace own_dialect_test {

using namespace llmload;
using namespace std::chrono_literals;
using protocol::Reading;
using protocol::RecordBuilder;

struct Server {
  Reading give(const std::string& bytes, std::int64_t at) {
    return builder.on_bytes(
        bytes, {std::chrono::nanoseconds(at), TimeSource::kernel, static_cast<std::uint64_t>(at)});
  }
  void head() { give("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n", 1); }
  Reading event(const std::string& data, std::int64_t at, const std::string& type = "") {
    return give((type.empty() ? "" : "event: " + type + "\n") + "data: " + data + "\n\n", at);
  }
  void whole(const std::string& status, const std::string& body) {
    give("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " +
             std::to_string(body.size()) + "\r\n\r\n" + body,
         1);
  }

  test::TerseDialect dialect;
  Plan plan;
  protocol::Redactor redactor{plan};
  RequestRecord record;
  RecordBuilder builder{dialect, redactor, true};
  Server() { builder.start(record); }
};

TEST_CASE("a stream of an own dialect has its texts, its stamps, its reason and its usage") {
  Server s;
  s.head();
  s.event("role", 10, "begin");
  s.event("think hm", 20, "text");
  s.event("say Hello", 30, "text");
  s.event("say  there", 40, "text");
  s.event("call f()", 50);
  s.event("stop length", 60, "last");
  s.event("count 11 4", 70, "sum");
  CHECK(s.event("end", 80, "over") == Reading::concluded);
  const RequestRecord& r = s.record;
  INFO(r.error);
  CHECK(r.outcome == Outcome::ok);
  CHECK(r.output == "Hello there");
  CHECK(r.reasoning == "hm");
  CHECK(r.tool_text == "f()");
  REQUIRE(r.events.size() == 4);
  CHECK(r.events[2].at == 40ns);
  CHECK(r.events[2].text_end == 11);
  CHECK(r.role_event == 10ns);
  CHECK(r.first_token == 20ns);
  CHECK(r.last_token == 50ns);
  CHECK(r.finish_event == 60ns);
  CHECK(r.done == 80ns);
  CHECK(r.finish_reason == "length");
  CHECK(r.usage_prompt_tokens == 11U);
  CHECK(r.usage_completion_tokens == 4U);
}

TEST_CASE("the texts of an own dialect's choices are kept apart until the end") {
  Server s;
  s.head();
  s.event("say a", 10);
  s.event("say x", 20, "second");
  s.event("say b", 30);
  s.event("end", 40);
  CHECK(s.record.output == "abx");
}

TEST_CASE("an own dialect's end without an answer is no good answer") {
  Server s;
  s.head();
  CHECK(s.event("end", 10) == Reading::ended);
  CHECK(s.record.outcome == Outcome::bad_response);
}

TEST_CASE("an own dialect's finish reasons tell the outcome") {
  Server s;
  s.head();
  s.event("say a", 10);
  s.event("stop content_filter", 20);
  s.event("end", 30);
  CHECK(s.record.outcome == Outcome::content_filtered);
  Server t;
  t.head();
  t.event("stop aborted out of memory", 10);
  t.event("end", 20);
  CHECK(t.record.outcome == Outcome::generation_failed);
  CHECK(has(t.record.error, "out of memory"));
}

TEST_CASE("an own dialect's errors tell the outcome by their status, and by where they are") {
  Server s;
  s.head();
  s.event("fail busy 429", 10);
  CHECK(s.record.outcome == Outcome::rate_limited);
  CHECK(s.record.error == "it failed");
  CHECK(s.record.error_code == "busy");
  Server t;
  t.head();
  t.event("say a", 10);
  t.event("fail busy 429", 20);
  CHECK(t.record.outcome == Outcome::stream_error);
}

TEST_CASE("what an own dialect calls malformed is a bad response") {
  Server s;
  s.head();
  s.event("bad", 10);
  CHECK(s.record.outcome == Outcome::bad_response);
  CHECK(has(s.record.error, "an event is bad"));
  Server t;
  t.head();
  t.event("bad", 10, "of-its-own");
  CHECK(t.record.outcome == Outcome::bad_response);
}

TEST_CASE("a body or an event that is known to be an error is read by the own dialect") {
  Server s;
  s.whole("400 Bad Request", "oops content_filter_x");
  CHECK(s.record.outcome == Outcome::content_filtered);
  CHECK(s.record.error == "HTTP 400: oops it is");
  Server t;
  t.head();
  t.event("oops c1", 10, "error");
  CHECK(t.record.outcome == Outcome::stream_error);
  CHECK(t.record.error_code == "c1");
  Server u;
  u.whole("500 No", R"({"error":{"message":"down"}})");  // which it leaves to the table of forms
  CHECK(u.record.error == "HTTP 500: down");
}

TEST_CASE("a whole answer of an own dialect needs a choice") {
  Server s;
  s.whole("200 OK", "say Hello");
  CHECK(s.record.outcome == Outcome::ok);
  CHECK(s.record.output == "Hello");
  Server t;
  t.whole("200 OK", "count 1 2");
  CHECK(t.record.outcome == Outcome::bad_response);
}

TEST_CASE("what an own dialect does not read is read by the table of forms") {
  Server s;
  s.head();
  for (const char* text : {"a", "b", "c"})
    s.event(R"({"choices":[{"index":0,"delta":{"content":")" + std::string(text) + R"("}}]})", 10);
  s.event("say d", 20);
  s.event("[DONE]", 30);
  CHECK(s.record.outcome == Outcome::ok);
  CHECK(s.record.output == "abcd");
  CHECK(s.record.events.size() == 4);
}

struct Writer {
  Writer() {
    plan.endpoints = {parse_endpoint("http://h/say", dialect)};
    plan.system_prompt = "be brief";
    plan.top_p = 0.1;
    plan.stream = true;
  }
  std::string body() const { return protocol::RequestWriter(plan).body(ask("hi"), {5}); }
  std::shared_ptr<test::TerseDialect> dialect = std::make_shared<test::TerseDialect>();
  Plan plan;
};

TEST_CASE("an own dialect's body is sent as it is, and an extra body is merged into it") {
  Writer w;
  CHECK(w.body() == R"({"system":"be brief","ask":"hi","p":0.100000})");
  w.plan.extra_body = R"({"ask":null,"x":1})";
  CHECK(w.body() == R"({"system":"be brief","p":1E-1,"x":1})");
  w.dialect->roles = false;
  CHECK(w.body() == R"({"system":"","p":1E-1,"x":1})");
}

TEST_CASE("an extra body can't be merged into a body that is no JSON object") {
  struct Wordy : test::TerseDialect {
    [[nodiscard]] std::string body(const RequestSpec&, const BodySettings&) const override { return "hi"; }
  };
  Writer w;
  w.plan.endpoints = {parse_endpoint("http://h/say", std::make_shared<Wordy>())};
  CHECK(w.body() == "hi");
  w.plan.extra_body = R"({"x":1})";
  CHECK(has(error_of<InputError>([&] { (void)w.body(); }), "no JSON object"));
}

TEST_CASE("a dialect without a question for usage is not asked it") {
  Writer w;
  CHECK_FALSE(protocol::RequestWriter(w.plan).asks_for_usage());
  w.plan.endpoints = {parse_endpoint("http://h/v1/chat/completions")};
  const protocol::RequestWriter asking(w.plan);
  CHECK(asking.asks_for_usage());
  CHECK(asking.is_about_usage("unknown field include_usage"));
  CHECK_FALSE(asking.is_about_usage("unknown field top_p"));
}

}  // namespace own_dialect_test
