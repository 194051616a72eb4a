#include "protocol/record_builder.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace record_builder_test {

using namespace llmload;
using namespace std::chrono_literals;
using protocol::Reading;
using protocol::RecordBuilder;
using protocol::Redactor;

const std::string key = "sk-0123456789abcdef0123456789abcd";
const std::string answer = R"({"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}],)"
                           R"("usage":{"prompt_tokens":3,"completion_tokens":1}})";

std::string http(const std::string& status, const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

struct Builder {
  explicit Builder(const std::string& api_key = key) : redactor(plan_with(api_key)) { builder.start(record); }
  static Plan plan_with(const std::string& api_key) {
    Plan plan;
    plan.api_key = Secret(api_key);
    return plan;
  }
  Redactor redactor;
  RecordBuilder builder{*chat_dialect(), redactor, false};
  RequestRecord record;
};

RequestRecord record_of(const std::string& bytes, const std::string& api_key = key) {
  Builder b(api_key);
  CHECK(Reading::ended == b.builder.on_bytes(bytes, {5ns, TimeSource::kernel, 0}));
  return b.record;
}

TEST_CASE("a good answer is ok, with its output and usage") {
  const auto r = record_of(http("200 OK", answer, "x-request-id: r-1\r\n"));
  CHECK(r.outcome == Outcome::ok);
  CHECK(r.http_status == 200);
  CHECK(r.output == "Hi");
  CHECK(r.finish_reason == "stop");
  CHECK(r.usage_prompt_tokens == 3U);
  CHECK(r.usage_completion_tokens == 1U);
  CHECK(r.body_bytes == answer.size());
  CHECK(r.request_id == "r-1");
  CHECK(r.error.empty());
}

TEST_CASE("stamps are those of the read that brought the first byte, the header's end and the last byte") {
  const auto bytes = http("200 OK", answer);
  const auto body = bytes.size() - answer.size();
  Builder b;
  CHECK_FALSE(b.builder.any_byte());
  CHECK(Reading::more == b.builder.on_bytes(bytes.substr(0, 4), {10ns, TimeSource::kernel, 0}));
  CHECK(b.builder.any_byte());
  CHECK_FALSE(b.record.headers);
  CHECK(Reading::more == b.builder.on_bytes(bytes.substr(4, body - 5), {20ns, TimeSource::kernel, 0}));
  CHECK_FALSE(b.record.headers);
  CHECK(Reading::more == b.builder.on_bytes(bytes.substr(body - 1, 1), {30ns, TimeSource::kernel, 0}));
  CHECK(Reading::more == b.builder.on_bytes(bytes.substr(body, 5), {40ns, TimeSource::kernel, 0}));
  CHECK(Reading::ended == b.builder.on_bytes(bytes.substr(body + 5), {50ns, TimeSource::kernel, 0}));
  CHECK(b.record.first_byte == 10ns);
  CHECK(b.record.headers == 30ns);
  CHECK(b.record.done == 50ns);
  CHECK(b.record.time_source == TimeSource::kernel);
  CHECK(b.builder.reusable());
}

TEST_CASE("an interim response has the first byte but not the header") {
  Builder b;
  CHECK(Reading::more == b.builder.on_bytes("HTTP/1.1 100 Continue\r\n\r\n", {1ns, TimeSource::user, 0}));
  CHECK(Reading::ended == b.builder.on_bytes(http("200 OK", answer), {2ns, TimeSource::user, 0}));
  CHECK(b.record.first_byte == 1ns);
  CHECK(b.record.headers == 2ns);
  CHECK(b.record.http_status == 200);
}

TEST_CASE("reads timed by the kernel and by us make a mixed source") {
  const auto bytes = http("200 OK", answer);
  Builder b;
  b.builder.on_bytes(bytes.substr(0, 9), {1ns, TimeSource::kernel, 0});
  b.builder.on_bytes(bytes.substr(9, 9), {2ns, TimeSource::user, 0});
  b.builder.on_bytes(bytes.substr(18), {3ns, TimeSource::kernel, 0});
  CHECK(b.record.time_source == TimeSource::mixed);
}

TEST_CASE("each HTTP status has its outcome, with the server's message") {
  const std::string body = R"({"error":{"message":"because","code":"c"}})";
  const auto outcome = [&](const std::string& status) { return record_of(http(status, body)).outcome; };
  CHECK(outcome("429 Too Many Requests") == Outcome::rate_limited);
  CHECK(outcome("500 Internal Server Error") == Outcome::http_5xx);
  CHECK(outcome("503 Service Unavailable") == Outcome::http_5xx);
  CHECK(outcome("400 Bad Request") == Outcome::http_4xx);
  CHECK(outcome("401 Unauthorized") == Outcome::http_4xx);
  CHECK(outcome("307 Temporary Redirect") == Outcome::http_3xx);
  CHECK(outcome("204 No Content") == Outcome::bad_response);
  CHECK(outcome("202 Accepted") == Outcome::generation_failed);  // an error is no answer, whatever the status
  const auto r = record_of(http("401 Unauthorized", body));
  CHECK(r.error == "HTTP 401: c");
  CHECK(r.http_status == 401);
  CHECK(r.done == 5ns);
  CHECK(r.output.empty());
}

TEST_CASE("a redirect says where to") {
  CHECK(has(record_of(http("302 Found", "", "Location: https://h/login\r\n")).error, "https://h/login"));
}

TEST_CASE("a content filter is an outcome of its own, at the prompt and in the answer") {
  CHECK(record_of(http("400 Bad Request", R"({"error":{"message":"m","code":"content_filter"}})")).outcome ==
        Outcome::content_filtered);
  CHECK(
      record_of(http("400 Bad Request", R"({"status":400,"code":"content_filter","message":"m"})")).outcome ==
      Outcome::content_filtered);
  for (const std::string reason : {"content_filter", "content_filter_error"}) {
    const auto r =
        record_of(http("200 OK", R"({"choices":[{"text":"cut","finish_reason":")" + reason + R"("}]})"));
    CHECK(r.outcome == Outcome::content_filtered);
    CHECK(has(r.error, reason));
  }
}

TEST_CASE("an answer of another shape is a bad response, with what it says") {
  CHECK(record_of(http("200 OK", "")).outcome == Outcome::bad_response);
  CHECK(has(record_of(http("200 OK", "<p>sorry</p>")).error, "<p>sorry</p>"));
  CHECK(record_of("SSH-2.0-x\r\n").outcome == Outcome::bad_response);
  CHECK(record_of("HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\nx").outcome == Outcome::too_large);
}

TEST_CASE("any 2xx with a readable answer is an answer") {
  CHECK(record_of(http("201 Created", answer)).output == "Hi");
  CHECK(record_of(http("203 Non-Authoritative", answer)).outcome == Outcome::ok);
  CHECK(has(record_of(http("202 Accepted", R"({"id":1})")).error, "HTTP 202: the answer has no choices"));
}

TEST_CASE("an error in place of an answer is what its code says") {
  const auto outcome = [](const std::string& error) {
    return record_of(http("200 OK", R"({"error":)" + error + "}")).outcome;
  };
  CHECK(outcome(R"({"message":"m","code":429})") == Outcome::rate_limited);
  CHECK(outcome(R"({"message":"m","code":"rate_limit_exceeded"})") == Outcome::rate_limited);
  CHECK(outcome(R"({"message":"m","type":"invalid_request_error"})") == Outcome::http_4xx);
  CHECK(outcome(R"({"message":"m","code":"502"})") == Outcome::http_5xx);
  CHECK(outcome(R"({"message":"m","code":"content_filter"})") == Outcome::content_filtered);
  CHECK(outcome(R"({"message":"overloaded"})") == Outcome::generation_failed);
  CHECK(outcome(R"("m")") == Outcome::generation_failed);
}

TEST_CASE("what came is told with its type, its encoding and its first bytes") {
  const auto r = record_of(http("200 OK", "<p>sorry</p>", "Content-Type: text/html\r\n"));
  CHECK(has(r.error, "(text/html): <p>sorry</p>"));
  const auto encoded =
      record_of(http("200 OK", std::string("\x1f\x8b\x08\0rest", 8), "Content-Type: a/b\r\n"));
  CHECK(has(encoded.error, "encoded with gzip, which was not asked for (a/b): the bytes 1f 8b 08 00"));
  CHECK(has(record_of(http("200 OK", "x\x01", "Content-Encoding: br\r\n")).error, "encoded with br"));
  CHECK(has(record_of(http("502 Bad Gateway", "x\x01", "Content-Encoding: br\r\n")).error,
            "HTTP 502: an answer, encoded with br"));
  // A label that is wrong.
  CHECK(record_of(http("200 OK", answer, "Content-Encoding: gzip\r\n")).outcome == Outcome::ok);
  const std::string type = "Content-Type: text/event-stream\r\n";
  CHECK(has(record_of(http("200 OK", "sorry\n", type)).error,
            "the stream ended without an event (text/event-stream): sorry"));
  CHECK(has(record_of(http("200 OK", "", type)).error,
            "the stream ended without an event (text/event-stream)"));
}

TEST_CASE("an HTTP error is read also where it is one event, a list, or behind a byte order mark") {
  for (const std::string body :
       {R"({"error":{"message":"m","code":"c"}})", R"([{"error":{"message":"m","code":"c"}}])",
        "data: {\"error\":{\"message\":\"m\",\"code\":\"c\"}}\n\n",
        "event: error\ndata: {\"message\":\"m\",\"code\":\"c\"}",
        "\xef\xbb\xbf{\"message\":\"m\",\"code\":\"c\"}"}) {
    INFO(body);
    const auto r = record_of(http("503 Service Unavailable", body));
    CHECK(r.outcome == Outcome::http_5xx);
    CHECK(r.error == "HTTP 503: m");
    CHECK(r.error_code == "c");
  }
}

TEST_CASE("a usage that can't be is not used, and is marked") {
  const auto with = [](const std::string& usage) {
    return record_of(http("200 OK", R"({"choices":[{"text":"a"}],"usage":)" + usage + "}"));
  };
  for (const char* usage : {R"({"prompt_tokens":3,"completion_tokens":9007199254740993})",
                            R"({"prompt_tokens":3,"completion_tokens":1e300})",
                            R"({"prompt_tokens":18446744073709551615,"completion_tokens":1})",
                            R"({"prompt_tokens":3,"completion_tokens":1000000})"}) {
    INFO(usage);
    const auto r = with(usage);
    CHECK(r.outcome == Outcome::ok);
    CHECK(r.usage_refused);
    CHECK_FALSE(r.usage_prompt_tokens);
    CHECK_FALSE(r.usage_completion_tokens);
  }
  CHECK_FALSE(with(R"({"prompt_tokens":100000,"completion_tokens":1000})").usage_refused);
}

TEST_CASE("an end without a byte is a reset, within an answer it is incomplete") {
  for (const bool clean : {true, false}) {
    Builder none;
    none.builder.on_eof(clean);
    CHECK(none.record.outcome == Outcome::reset);
    for (const std::string part :
         {"HTT", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", "HTTP/1.1 100 Continue\r\n\r\n"}) {
      Builder b;
      CHECK(Reading::more == b.builder.on_bytes(part, {1ns, TimeSource::user, 0}));
      b.builder.on_eof(clean);
      CHECK(b.record.outcome == Outcome::incomplete);
      CHECK_FALSE(b.record.done);
      CHECK_FALSE(b.record.error.empty());
      CHECK_FALSE(b.builder.reusable());
    }
  }
}

TEST_CASE("a body that ends with the connection is complete only where the end is clean") {
  const std::string bytes = "HTTP/1.1 200 OK\r\n\r\n" + answer;
  Builder clean, cut;
  CHECK(Reading::more == clean.builder.on_bytes(bytes, {7ns, TimeSource::user, 0}));
  clean.builder.on_eof(true);
  CHECK(clean.record.outcome == Outcome::ok);
  CHECK(clean.record.done == 7ns);
  CHECK_FALSE(clean.builder.reusable());
  cut.builder.on_bytes(bytes, {7ns, TimeSource::user, 0});
  cut.builder.on_eof(false);
  CHECK(cut.record.outcome == Outcome::incomplete);
}

TEST_CASE("a connection is not used again after a close or surplus bytes") {
  for (const std::string& bytes :
       {http("200 OK", answer, "Connection: close\r\n"), http("200 OK", answer) + "x"}) {
    Builder b;
    CHECK(Reading::ended == b.builder.on_bytes(bytes, {1ns, TimeSource::user, 0}));
    CHECK(b.record.outcome == Outcome::ok);
    CHECK_FALSE(b.builder.reusable());
  }
}

TEST_CASE("a failure from outside keeps what came and redacts its reason") {
  Builder b;
  b.builder.on_bytes("HTTP/1.1 200 OK\r\n", {1ns, TimeSource::user, 0});
  b.builder.conclude(Outcome::total_timeout, "late " + key);
  CHECK(b.record.outcome == Outcome::total_timeout);
  CHECK(b.record.error == "late [redacted]");
  CHECK(b.record.first_byte == 1ns);
  CHECK_FALSE(b.record.done);
}

TEST_CASE("a key that the server echoes is in no field of the record") {
  const auto r = record_of(http("401 Unauthorized", R"({"error":{"message":"bad key )" + key + R"("}})",
                                "x-request-id: " + key + "\r\n"));
  CHECK_FALSE(has(r.error, key));
  CHECK_FALSE(has(r.request_id, key));
  CHECK_FALSE(has(record_of(http("302 Found", "", "Location: /?k=" + key + "\r\n")).error, key));
  CHECK_FALSE(has(record_of(http("200 OK", R"({"choices":[{"text":"","finish_reason":")" + key + R"("}]})"))
                      .finish_reason,
                  key));
}

TEST_CASE("of a 401 or 403 its code is quoted, else its first words, and no masked key") {
  const auto error_of_body = [](const std::string& status, const std::string& body) {
    return record_of(http(status, body)).error;
  };
  for (const std::string status : {"401", "403"}) {
    const auto says = [&](const std::string& body) { return error_of_body(status + " x", body); };
    CHECK(says(R"({"error":{"message":"Incorrect API key: sk-ab***yz.","code":"invalid_api_key"}})") ==
          "HTTP " + status + ": invalid_api_key");
    CHECK(says(R"({"error":{"message":"Incorrect API key provided: sk-ab***yz."}})") ==
          "HTTP " + status + ": Incorrect API key provided:");
    CHECK(says(R"({"code":401,"message":"No access, sorry. See 'ab...yz'"})") ==
          "HTTP " + status + ": No access, sorry. See");
    CHECK(says("sk-ab***yz is wrong") == "HTTP " + status);
    CHECK(says(R"({"error":{"message":"Wrong","code":"sk-ab***yz"}})") == "HTTP " + status + ": Wrong");
  }
  CHECK(error_of_body("500 x", "the key sk-ab***yz") == "HTTP 500: the key sk-ab***yz");
}

TEST_CASE("a redirect's query is shown by its names alone") {
  const auto r = record_of(http("307 x", "", "Location: https://u:p@h/v1?sig=abc&b#d\r\n"));
  CHECK(r.error == "HTTP 307 to https://h/v1?sig&b (redirects are not followed)");
}

TEST_CASE("no part of an echoed key is left where a long body is cut") {
  // White space is made one space after the cut, so what lies at the cut of the body comes into the line.
  for (std::size_t before = 4'050; before < 4'100; before += 7) {
    INFO(before);
    const auto r = record_of(http("502 Bad Gateway", std::string(before, ' ') + key + "</html>"));
    CHECK_FALSE(has(r.error, key.substr(0, 5)));
  }
}

TEST_CASE("an echoed key is taken out in its JSON form too") {
  const std::string slashes = "abcd/efgh/ijkl+mnop==";  // some servers write \/ for /
  const auto r = record_of(http("500 Internal", R"({"reason":"bad key abcd\/efgh\/ijkl+mnop=="})"), slashes);
  CHECK_FALSE(has(r.error, "efgh"));
  const auto q = record_of(http("500 Internal", R"({"reason":"bad key abcd\"efgh"})"), "abcd\"efgh");
  CHECK_FALSE(has(q.error, "efgh"));
}

std::string data(const std::string& json) { return "data: " + json + "\n\n"; }
std::string delta(const std::string& members, const std::string& finish = "null") {
  return data(R"({"choices":[{"index":0,"delta":{)" + members + R"(},"finish_reason":)" + finish + "}]}");
}

/// A stream's record; each of `reads` comes in a read, and a wake-up, of its own.
RequestRecord streamed(const std::vector<std::string>& reads) {
  const Redactor redactor{Plan()};
  RecordBuilder builder(*chat_dialect(), redactor, true);
  RequestRecord record;
  builder.start(record);
  std::uint64_t drain = 1;
  const auto put = [&](const std::string& bytes) {
    builder.on_bytes(bytes, {10ns * drain, TimeSource::kernel, drain});
    ++drain;
  };
  put("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
  for (const std::string& bytes : reads) put(bytes);
  CHECK(record.outcome == Outcome::ok);
  return record;
}

const std::string role = delta(R"("role":"assistant","content":"")");
const std::string one = delta(R"("content":"one")"), two = delta(R"("content":"two")");
const std::string finish = delta("", R"("stop")");
const std::string usage = data(R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}})");
const std::string done = "data: [DONE]\n\n";

TEST_CASE("a first token is merged where a later token event came in its read") {
  CHECK(streamed({role, one + two, finish, done}).first_token_merged);
  CHECK(streamed({role + one + two + finish + usage + done}).first_token_merged);
  CHECK(streamed({one + delta(R"("reasoning_content":"hm")"), done + finish}).first_token_merged);
  CHECK_FALSE(streamed({role, one, two, finish, done}).first_token_merged);
  CHECK_FALSE(streamed({role, one, two + two, finish, done}).first_token_merged);  // but a later one is
}

TEST_CASE("the role before the first token, and the end behind it, do not merge it") {
  CHECK_FALSE(streamed({role + one, two, finish, done}).first_token_merged);
  CHECK_FALSE(streamed({one + finish + usage + done}).first_token_merged);
  CHECK_FALSE(streamed({role + one + finish, usage + done}).first_token_merged);
  CHECK_FALSE(streamed({": a comment\n\n" + one + role, two, finish, done}).first_token_merged);
}

TEST_CASE("an event that brings reasoning and content at once does not merge with itself") {
  const std::string both = delta(R"("reasoning_content":"hm","content":"one")");
  const auto alone = streamed({role + both, two, finish, done});
  CHECK(alone.events.size() == 3);
  CHECK_FALSE(alone.first_token_merged);
  CHECK(streamed({both + two, finish, done}).first_token_merged);
}

TEST_CASE("a later token event of one wake-up, or with one stamp, came in one read") {
  const auto merged = [](std::chrono::nanoseconds at, std::uint64_t drain) {
    const Redactor redactor{Plan()};
    RecordBuilder builder(*chat_dialect(), redactor, true);
    RequestRecord record;
    builder.start(record);
    builder.on_bytes("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + one,
                     {10ns, TimeSource::kernel, 1});
    builder.on_bytes(two, {at, TimeSource::kernel, drain});
    return record.first_token_merged;
  };
  CHECK(merged(10ns, 1));
  CHECK(merged(11ns, 1));
  CHECK(merged(10ns, 2));
  CHECK_FALSE(merged(11ns, 2));
}

TEST_CASE("the role, the finishing event and the last one with a choice have stamps") {
  const auto r = streamed({role, one, two, finish, usage, done});
  CHECK(r.first_event == 20ns);
  CHECK(r.role_event == 20ns);
  CHECK(r.first_token == 30ns);
  CHECK(r.last_token == 40ns);
  CHECK(r.finish_event == 50ns);
  CHECK(r.last_choice_event == 50ns);
  CHECK(streamed({role, one, two, done}).last_choice_event == 40ns);
  const auto no_role = streamed({delta(R"("role":"assistant","content":"one")"), two, finish + usage, done});
  CHECK_FALSE(no_role.role_event);
  CHECK(no_role.finish_event == 40ns);
}

TEST_CASE("an event of a server's own is not read, unless it is one of an answer") {
  for (const std::string own : {"event: keepalive\ndata: 1764330000\n\n", "event: ping\ndata: now\n\n",
                                "event: ping\ndata: {\"type\":\"ping\"}\n\n"}) {
    INFO(own);
    const auto r = streamed({own, one, own, finish, done});
    CHECK(r.output == "one");
    CHECK(r.first_event == 30ns);
  }
  CHECK(streamed({"event: token\n" + one, finish, done}).output == "one");
  const auto broken =
      record_of(http("200 OK", "event: message\ndata: now\n\n", "Content-Type: text/event-stream\r\n"));
  CHECK(broken.outcome == Outcome::bad_response);
}

TEST_CASE("[DONE] may have blanks around it") {
  CHECK(streamed({one, finish, "data:  [DONE] \n\n"}).output == "one");
  CHECK(streamed({one, "data: [DONE]\t\r\n\r\n"}).output == "one");
}

TEST_CASE("a finish reason that says that the server gave up is a failure, streamed and whole") {
  for (const std::string reason :
       {"error", "abort", "Cancelled", "insufficient_system_resource", "engine_error"}) {
    INFO(reason);
    const auto r = record_of(
        http("200 OK", one + delta("", '"' + reason + '"') + done, "Content-Type: text/event-stream\r\n"));
    CHECK(r.outcome == Outcome::generation_failed);
    CHECK(has(r.error, reason));
    CHECK(r.error_code == reason);
    CHECK(record_of(http("200 OK", R"({"choices":[{"text":"a","finish_reason":")" + reason + R"("}]})"))
              .outcome == Outcome::generation_failed);
  }
  CHECK(streamed({one, delta("", R"("a_new_one")"), done}).finish_reason == "a_new_one");
}

TEST_CASE("the tokens of several choices are on one time line, and their texts one behind the other") {
  const auto of = [](unsigned index, const std::string& text) {
    return data(R"({"choices":[{"index":)" + std::to_string(index) + R"(,"delta":{"content":")" + text +
                R"("}}]})");
  };
  const auto r = streamed({of(0, "ab"), of(1, "x"), of(0, "c"), of(1, "yz"), finish, done});
  CHECK(r.output == "abcxyz");
  REQUIRE(r.events.size() == 4);
  CHECK(r.events[0].text_end == 2);
  CHECK(r.events[1].text_end == 4);
  CHECK(r.events[2].text_end == 3);
  CHECK(r.events[3].text_end == 6);
  CHECK(r.first_choice_bytes == 3U);
  // Whichever comes first.
  const auto late = streamed({of(1, "x"), of(2, "!"), of(0, "ab"), of(1, "yz"), of(0, "c"), finish, done});
  CHECK(late.output == "abcxyz!");
  CHECK(late.first_choice_bytes == 3U);
  REQUIRE(late.events.size() == 5);
  CHECK(late.events[0].text_end == 4);
  CHECK(late.events[1].text_end == 7);
  CHECK(late.events[2].text_end == 2);
  CHECK(late.events[3].text_end == 6);
  CHECK(late.events[4].text_end == 3);
}

TEST_CASE("an error behind a stream's first choices is the stream's, whatever its code") {
  const std::string error = data(R"({"error":{"message":"m","code":429}})");
  const auto outcome = [](const std::string& body) {
    return record_of(http("200 OK", body, "Content-Type: text/event-stream\r\n")).outcome;
  };
  CHECK(outcome(one + error) == Outcome::stream_error);
  CHECK(outcome(error) == Outcome::rate_limited);
  CHECK(outcome(data(R"({"error":"m"})")) == Outcome::stream_error);
}

TEST_CASE("an error event that says nothing has an error all the same") {
  for (const std::string event :
       {"error\n\n", "event: error\ndata:\n\n", "data: {\"error\":{\"message\":\" \"}}\n\n"}) {
    INFO(event);
    const auto r = record_of(http("200 OK", event, "Content-Type: text/event-stream\r\n"));
    CHECK(r.outcome == Outcome::stream_error);
    CHECK(r.error == "an error without a message");
  }
}

/// A stream's head, and events with one token each.
const std::string stream_head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
const std::string one_token = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";

/// The bounds of a stream whose first two events and a half come at 40, and whose rest comes at 70.
std::vector<ArrivalBound> bounds_of(protocol::Arrival::Known first_read,
                                    protocol::Arrival::Known second_read) {
  RequestRecord record;
  const Redactor redactor(Builder::plan_with(key));
  RecordBuilder builder(*chat_dialect(), redactor, true);
  builder.start(record);
  builder.on_bytes(stream_head, {5ns, TimeSource::kernel, 0});
  const std::string half = one_token.substr(0, 9), rest = one_token.substr(9);
  builder.on_bytes(one_token + one_token + half, {40ns, TimeSource::kernel, 1, 10ns, first_read});
  builder.on_bytes(rest + one_token, {70ns, TimeSource::kernel, 2, 50ns, second_read});
  REQUIRE(record.events.size() == 4);
  return record.bounds;
}

TEST_CASE("an event that other bytes follow in its read has come since the socket was empty") {
  using enum protocol::Arrival::Known;
  // A read with more behind it: of none of its events is the arrival known.
  CHECK(bounds_of(none, none) == std::vector<ArrivalBound>{{0, 2, 10ns}, {2, 2, 50ns}});
  // The event that ends a short read is known; one with half an event behind it is not.
  CHECK(bounds_of(last, last) == std::vector<ArrivalBound>{{0, 2, 10ns}, {2, 1, 50ns}});
  // A record of TLS is there when its last byte is.
  CHECK(bounds_of(all, all).empty());
  CHECK(bounds_of(all, none) == std::vector<ArrivalBound>{{2, 2, 50ns}});
}

TEST_CASE("events of several reads that came since the same time have one bound") {
  RequestRecord record;
  const Redactor redactor(Builder::plan_with(key));
  RecordBuilder builder(*chat_dialect(), redactor, true);
  builder.start(record);
  builder.on_bytes(stream_head, {5ns, TimeSource::kernel, 0});
  for (const std::chrono::nanoseconds at : {40ns, 41ns, 42ns})
    builder.on_bytes(one_token, {at, TimeSource::kernel, 1, 10ns, protocol::Arrival::Known::none});
  CHECK(record.bounds == std::vector<ArrivalBound>{{0, 3, 10ns}});
}

/// The record of a stream that ends with its connection's end.
RequestRecord stream_of(const std::string& events) {
  return record_of(http("200 OK", events, "Content-Type: text/event-stream\r\n"));
}

TEST_CASE("a finish reason that is an object fails the answer with the server's words") {
  const std::string reason = R"("finish_reason":{"type":"abort","message":"no memory"})";
  const auto whole = record_of(http("200 OK", R"({"choices":[{"message":{"content":"a"},)" + reason + "}]}"));
  const auto event = stream_of(R"(data: {"choices":[{"delta":{"content":"a"},)" + reason + "}]}\n\n");
  for (const auto& r : {whole, event}) {
    CHECK(r.outcome == Outcome::generation_failed);
    CHECK(r.finish_reason == "abort");
    CHECK(r.error == "the server gave the answer up: finish_reason abort: no memory");
  }
  const auto blanks = stream_of("data: {\"choices\":[{\"text\":\"a\",\"finish_reason\":\" error \"}]}\n\n");
  CHECK(blanks.outcome == Outcome::generation_failed);
}

TEST_CASE("an event that is an error in another shape ends the stream with the server's words") {
  const auto said = [](const std::string& event) {
    const auto r = stream_of(one_token + event);
    CHECK(r.outcome == Outcome::stream_error);
    return r.error;
  };
  CHECK(said("data: {\"error_code\":\"e\",\"error_msg\":\"died\"}\n\n") == "died");
  CHECK(said("data: {\"type\":\"error\",\"message\":\"died\"}\n\n") == "died");
  CHECK(said("data: {\"message\":\"died\"}\n\n") == "died");
  CHECK(said("data: {\"choices\":[{\"delta\":{\"error\":{\"message\":\"died\"}}}]}\n\n") == "died");
  for (const std::string type : {"Error", "ERROR", "exception", "Failure", "fault"})
    CHECK(said("event: " + type + "\ndata: {\"x\":\"died\"}\n\n") == R"({"x":"died"})");
  const std::string end = "data: [DONE]\n\n";
  CHECK(stream_of("event: progress\ndata: {\"message\":\"working\"}\n\n" + one_token + end).outcome ==
        Outcome::ok);
  CHECK(stream_of("data: {\"choices\":[{\"text\":\"a\"}],\"error\":{}}\n\n" + end).outcome == Outcome::ok);
}

TEST_CASE("a stream without an end quotes what it said beside its answer") {
  const auto beside = stream_of(one_token + "data: {\"notice\":\"drained\"}\n\n");
  CHECK(beside.outcome == Outcome::incomplete);
  CHECK(has(beside.error, R"(without a finish_reason: {"notice":"drained"})"));
  CHECK(has(stream_of("data: {\"notice\":\"drained\"}\n\ndata: [DONE]\n\n").error, "drained"));
  CHECK(stream_of(one_token).error.ends_with("without a finish_reason"));
}

TEST_CASE("of an error's events the first that is an error is quoted") {
  const auto r = record_of(http("500 X", "data: {\"id\":1}\n\ndata: {\"error\":{\"message\":\"died\"}}\n\n"));
  CHECK(r.error == "HTTP 500: died");
  CHECK(record_of(http("500 X", "data: {\"id\":1}\n\nevent: Error\ndata: died\n\n")).error ==
        "HTTP 500: died");
  CHECK(record_of(http("500 X", "data: first\n\ndata: second\n\n")).error == "HTTP 500: first");
}

TEST_CASE("a part of a usage that is greater than its whole is not used") {
  const auto with = [](const std::string& counts) {
    return record_of(
        http("200 OK", R"({"choices":[{"text":"a","finish_reason":"stop"}],"usage":)" + counts + "}"));
  };
  const auto cached = with(R"({"prompt_tokens":10,"completion_tokens":5,"cached_tokens":11})");
  CHECK(cached.usage_refused);
  CHECK_FALSE(cached.usage_cached_tokens);
  CHECK(cached.usage_prompt_tokens == 10U);
  const auto thoughts = with(R"({"prompt_tokens":10,"completion_tokens":5,"reasoning_tokens":6})");
  CHECK(thoughts.usage_refused);
  CHECK_FALSE(thoughts.usage_reasoning_tokens);
  CHECK(thoughts.usage_completion_tokens == 5U);
  const auto good =
      with(R"({"prompt_tokens":10,"completion_tokens":5,"cached_tokens":10,"reasoning_tokens":5})");
  CHECK_FALSE(good.usage_refused);
  CHECK(good.usage_cached_tokens == 10U);
}

TEST_CASE("a whole answer has the size of its text") {
  const std::string message = R"({"content":"abc","reasoning":"de","function_call":{"name":"f"}})";
  const std::string body = R"({"choices":[{"message":)" + message + R"(,"finish_reason":"stop"}]})";
  CHECK(record_of(http("200 OK", body)).text_bytes == 6U);
  CHECK_FALSE(record_of(http("500 X", body)).text_bytes);
  CHECK_FALSE(stream_of(one_token + "data: [DONE]\n\n").text_bytes);
}

TEST_CASE("the bytes of what is no text do not show a key") {
  const auto r = record_of(http("200 OK", key + std::string(1, '\0')));
  CHECK(has(r.error, "the bytes"));
  CHECK_FALSE(has(r.error, "73 6b 2d 30 31"));  // "sk-01"
}

}  // namespace record_builder_test
