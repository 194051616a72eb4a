// The simulated endpoint with functions of a harness: what it answers, when it does, and what it was sent.
#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/raw_client.hpp"
#include "support/terse_dialect.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace loop_simulator_functions {

using namespace llmload;
using namespace std::chrono_literals;
using test::plan_for;

SimulatorOptions plain() {
  SimulatorOptions options = test::instant();
  options.tls = false;
  return options;
}

std::vector<RequestRecord> records_of(const Plan& plan) {
  test::RecordKeeper keeper;
  (void)run(plan, {.sink = &keeper});
  return keeper.records;
}

TEST_CASE("a text of one's own arrives as it is, streamed and not, in each dialect") {
  const std::string text = "\"Well\", he said:\n\tyes, \u00e9\u4f60 \\ no.";
  SimulatorOptions options = plain();
  options.answer = [&text](const ReceivedRequest&) { return SimulatedReply{.text = text}; };
  for (const ServerStyle style : {ServerStyle::serverless, ServerStyle::azure_openai, ServerStyle::vllm}) {
    for (const char* path : {"/v1/chat/completions", "/v1/completions"}) {
      for (const bool stream : {true, false}) {
        INFO("style " << int(style) << path << (stream ? ", streamed" : ""));
        options.style = style;
        const Simulator simulator(options);
        Plan plan = plan_for(simulator.origin() + path, {{ClosedLoop{1}, 2}});
        plan.stream = stream;
        const auto records = records_of(plan);
        REQUIRE(records.size() == 2);
        CHECK(records[1].outcome == Outcome::ok);
        CHECK(records[1].output == text);
        CHECK(records[1].finish_reason == "stop");
        CHECK(records[1].usage_completion_tokens == 6U);  // words, whatever the plan asks for
        if (stream) CHECK(records[1].events.size() == 6);
      }
    }
  }
}

TEST_CASE("a text of one's own is cut by the simulator's tokenizer, between characters") {
  SimulatorOptions options = plain();
  options.tokenizer = load_tokenizer(std::string(LLMLOAD_TEST_DATA) + "/tokenize/tiny.model");
  const std::string text = "When \u4f60\u597d is said, \U0001f600 follows.";
  options.answer = [&text](const ReceivedRequest&) {
    return SimulatedReply{.text = text, .finish_reason = "tool_calls"};
  };
  const Simulator simulator(options);
  Plan plan = plan_for(simulator.origin() + "/v1/chat/completions", {{ClosedLoop{1}, 1}});
  plan.stream = true;
  const RequestRecord r = records_of(plan).at(0);
  CHECK(r.outcome == Outcome::ok);
  CHECK(r.output == text);
  CHECK(r.finish_reason == "tool_calls");
  CHECK(r.usage_completion_tokens == options.tokenizer->count(text));
}

TEST_CASE("an own dialect says a text of one's own, too") {
  SimulatorOptions options = plain();
  options.dialects = {std::make_shared<test::TerseSide>(true)};
  options.answer = [](const ReceivedRequest&) { return SimulatedReply{.text = "as you like"}; };
  const Simulator simulator(options);
  Plan plan = plan_for(simulator.origin() + "/v1/completions", {{ClosedLoop{1}, 1}});
  plan.endpoints = {parse_endpoint(simulator.origin() + "/say", std::make_shared<test::TerseDialect>())};
  plan.stream = true;
  CHECK(records_of(plan).at(0).output == "as you like");
}

TEST_CASE("a reply without members is the answer that the simulator gives without it") {
  SimulatorOptions options = plain();
  const auto answer_of = [&options] {
    const Simulator simulator(options);
    test::RawClient client(simulator.port());
    client.send(test::request_for(6, false));
    return std::string(test::body(client.read_answer()));
  };
  const auto without_time = [](const std::string& body) {
    boost::json::value value = boost::json::parse(body);
    value.as_object().erase("created");
    return value;
  };
  const auto usual = answer_of();
  options.answer = [](const ReceivedRequest&) { return SimulatedReply{}; };
  CHECK(without_time(answer_of()) == without_time(usual));
}

TEST_CASE("a reply's status, headers and body are those of the answer") {
  SimulatorOptions options = plain();
  options.answer = [calls = 0](const ReceivedRequest&) mutable {
    if (calls++ > 0) return SimulatedReply{.headers = {{"x-of-mine", "b"}}};
    return SimulatedReply{.status = 503, .text = "<busy>", .headers = {{"x-of-mine", "a"}}};
  };
  const Simulator simulator(options);
  test::RawClient client(simulator.port());
  client.send(test::request_for(6, true));
  const std::string first = client.read_answer();
  CHECK(first.starts_with("HTTP/1.1 503 "));
  CHECK(test::header(first, "x-of-mine") == "a");
  CHECK(test::body(first) == "<busy>");
  client.send(test::request_for(6, true));
  const std::string second = client.read_answer();
  CHECK(second.starts_with("HTTP/1.1 200 "));
  CHECK(test::header(second, "x-of-mine") == "b");
}

TEST_CASE("the request that an answer is made for is the whole of it") {
  SimulatorOptions options = plain();
  ReceivedRequest asked;
  options.answer = [&asked](const ReceivedRequest& request) {
    asked = request;
    return SimulatedReply{};
  };
  {
    const Simulator simulator(options);
    test::RawClient client(simulator.port());
    client.send(test::request_for(6, false, "X-Of-Mine: 1\r\n"));
    (void)client.read_answer();
  }
  CHECK(asked.method == "POST");
  CHECK(asked.target == "/v1/chat/completions");
  CHECK(std::ranges::count(asked.headers, std::pair<std::string, std::string>("X-Of-Mine", "1")) == 1);
  CHECK(boost::json::parse(asked.body).at("max_tokens") == 6);
  CHECK(asked.connection == 1);
}

TEST_CASE("a function that throws is a 500, whatever it throws, and stop tells the first") {
  struct Strange {};
  for (const bool in_latency : {true, false}) {
    SimulatorOptions options = plain();
    if (in_latency)
      options.latency = [](const TimedRequest& request, unsigned) -> std::chrono::nanoseconds {
        if (request.number == 0) throw Strange();
        return 0ns;
      };
    else
      options.answer = [calls = 0](const ReceivedRequest&) mutable {
        if (calls++ == 0) throw Strange();
        return SimulatedReply{};
      };
    Simulator simulator(options);
    test::RawClient client(simulator.port());
    client.send(test::request_for(6, true));
    CHECK(client.read_answer().starts_with("HTTP/1.1 500 "));
    client.send(test::request_for(6, true));
    CHECK(client.read_answer().starts_with("HTTP/1.1 200 "));
    CHECK_THROWS_AS(simulator.stop(), Strange);
  }
}

TEST_CASE("tokens are due when a latency model of one's own says, and never before the one ahead") {
  const tokenize::TemporaryDirectory directory;
  SimulatorOptions options = plain();
  options.truth_file = (directory.path() / "truth.jsonl").string();
  std::vector<TimedRequest> asked;
  const std::vector<std::chrono::nanoseconds> times = {3ms, 1ms, 4ms, 5ms};
  options.latency = [&asked, &times](const TimedRequest& request, unsigned token) {
    if (token == 0) asked.push_back(request);
    return times.at(token);
  };
  {
    const Simulator simulator(options);
    test::RawClient client(simulator.port());
    client.send(test::request_for(4, true));
    (void)client.read_answer();
    client.send(test::request_for(2, false));
    (void)client.read_answer();
  }
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].number == 0);
  CHECK(asked[0].tokens == 4);
  CHECK(asked[0].prompt_tokens > 0);
  CHECK(asked[1].number == 1);
  CHECK(asked[1].tokens == 2);

  std::ifstream file(options.truth_file);
  std::string line;
  REQUIRE(std::getline(file, line));
  const auto truth = boost::json::parse(line);
  const std::int64_t received = truth.at("received").as_int64();
  std::vector<std::int64_t> due;
  for (const auto& event : truth.at("events").as_array()) {
    if (event.as_array().size() < 3) continue;
    due.push_back(event.at(2).as_int64() - received);
    CHECK(event.at(0).as_int64() >= event.at(2).as_int64());
  }
  CHECK(due == std::vector<std::int64_t>{3'000'000, 3'000'000, 4'000'000, 5'000'000});
  REQUIRE(std::getline(file, line));
  const auto whole = boost::json::parse(line);
  CHECK(whole.at("due").as_int64() - whole.at("received").as_int64() == 3'000'000);
}

TEST_CASE("the last requests are kept as they came, refused ones among them") {
  SimulatorOptions options = plain();
  options.keep_requests = 3;
  const Simulator simulator(options);
  CHECK(simulator.requests_received().empty());
  test::RawClient first(simulator.port());
  for (const unsigned tokens : {1U, 2U, 3U}) {
    first.send(test::request_for(tokens, false));
    (void)first.read_answer();
  }
  test::RawClient second(simulator.port());
  second.send("GET /nothing?a=b HTTP/1.1\r\nHost: h\r\nX-Of-Mine: 1\r\nx-of-mine: 2\r\n\r\n");
  (void)second.read_answer();
  const auto kept = simulator.requests_received();
  REQUIRE(kept.size() == 3);
  CHECK(boost::json::parse(kept[0].body).at("max_tokens") == 2);
  CHECK(boost::json::parse(kept[1].body).at("max_tokens") == 3);
  CHECK(kept[1].connection == 1);
  CHECK(kept[0].received <= kept[1].received);
  CHECK(kept[2].received <= std::chrono::steady_clock::now());
  CHECK(kept[2].connection == 2);
  CHECK(kept[2].method == "GET");
  CHECK(kept[2].target == "/nothing?a=b");
  CHECK(kept[2].body.empty());
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"Host", "h"}, {"X-Of-Mine", "1"}, {"x-of-mine", "2"}};
  CHECK(kept[2].headers == headers);
}

TEST_CASE("no request is kept unless that is asked for") {
  const Simulator simulator(plain());
  test::RawClient client(simulator.port());
  client.send(test::request_for(1, false));
  (void)client.read_answer();
  CHECK(simulator.requests() == 1);
  CHECK(simulator.requests_received().empty());
}

TEST_CASE("a simulator that was moved serves on") {
  Simulator made = [] { return Simulator(plain()); }();
  const std::string origin = made.origin();
  Simulator moved(std::move(made));
  CHECK(moved.origin() == origin);
  CHECK(run(plan_for(origin + "/v1/completions", {{ClosedLoop{1}, 3}})).stages[0].ok == 3);
  Simulator other(plain());
  other = std::move(moved);  // the one that it was has ended
  CHECK(run(plan_for(origin + "/v1/completions", {{ClosedLoop{1}, 3}})).stages[0].ok == 3);
  CHECK(other.requests() == 6);
}

TEST_CASE("a key in x-api-key is a key") {
  SimulatorOptions options = plain();
  options.api_key = "the-key";
  const Simulator simulator(options);
  const auto status = [&simulator](const std::string& key) {
    test::RawClient client(simulator.port());
    client.send("POST /v1/completions HTTP/1.1\r\nHost: h\r\nx-api-key: " + key +
                "\r\nContent-Length: 15\r\n\r\n{\"prompt\":\"hi\"}");
    return client.read_answer().substr(9, 3);
  };
  CHECK(status("the-key") == "200");
  CHECK(status("another") == "401");
}

}  // namespace loop_simulator_functions
