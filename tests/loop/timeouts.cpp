#include <chrono>
#include <functional>
#include <string>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"

namespace loop_timeouts {

using namespace llmload;
using namespace std::chrono_literals;
using test::count;
using test::Peer;
using test::plan_for;
using test::ScriptedServer;

const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
const std::string role = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
const std::string token = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";

/// One streamed request to a server that sends `answer` and then nothing.
RequestRecord record_of(const std::string& answer, const std::function<void(Timeouts&)>& limit,
                        bool stream = true, bool tls = false) {
  const ScriptedServer server([&](Peer& peer, int) {
    if (!tls && peer.read_request().empty()) return;
    if (!answer.empty()) peer.send(answer);
    peer.wait_for_end();
  });
  std::string url = server.url();
  if (tls) url.replace(0, 4, "https");
  Plan plan = plan_for(url, {{ClosedLoop{1}, 1}});
  plan.stream = stream;
  plan.extra_body = R"({"stream_options":null})";  // no probe
  limit(plan.timeouts);
  test::RecordKeeper keeper;
  run(plan, {&keeper});
  return keeper.records.at(0);
}

TEST_CASE("a server that says nothing: first_byte_timeout") {
  const auto r = record_of("", [](Timeouts& t) { t.first_byte = 50ms; });
  CHECK(r.outcome == Outcome::first_byte_timeout);
  CHECK(r.error == "no byte of an answer within 0.05 s");
  CHECK_FALSE(r.first_byte);
  CHECK(r.ended == r.sent);  // the last that happened, not our limit
}

TEST_CASE("a stream without a token: first_token_timeout, though it began") {
  const auto r = record_of(head + role, [](Timeouts& t) {
    t.first_byte = 30s;
    t.first_token = 1s;
  });
  CHECK(r.outcome == Outcome::first_token_timeout);
  CHECK(r.first_event.has_value());
}

TEST_CASE("a stream of which nothing comes: first_token_timeout, where that limit is the first to pass") {
  const auto r = record_of("", [](Timeouts& t) {
    t.first_byte = 30s;
    t.first_token = 50ms;
  });
  CHECK(r.outcome == Outcome::first_token_timeout);
  CHECK(r.error == "no token within 0.05 s");
}

TEST_CASE("a stream that stops between its tokens: idle_timeout") {
  const auto r = record_of(head + role + token + token, [](Timeouts& t) { t.idle = 50ms; });
  CHECK(r.outcome == Outcome::idle_timeout);
  CHECK(r.output == "aa");
  CHECK(r.ended == r.last_token);
}

TEST_CASE("comments keep no stream alive") {
  const ScriptedServer server([&](Peer& peer, int) {
    if (peer.read_request().empty()) return;
    peer.send(head + token);
    while (peer.is_connected()) {
      peer.send(": ping\n\n");
      peer.wait_until_read();
    }
  });
  Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 1}});
  plan.stream = true;
  plan.extra_body = R"({"stream_options":null})";
  plan.timeouts.idle = 100ms;
  CHECK(count(run(plan).stages[0], Outcome::idle_timeout) == 1);
}

TEST_CASE("a whole answer that stops in its body: idle_timeout") {
  const auto r = record_of(
      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", [](Timeouts& t) { t.idle = 50ms; }, false);
  CHECK(r.outcome == Outcome::idle_timeout);
}

TEST_CASE("a handshake that does not end: tls_timeout") {
  const auto r = record_of(
      "", [](Timeouts& t) { t.tls = 50ms; }, false, true);
  CHECK(r.outcome == Outcome::tls_timeout);
  CHECK(r.error == "the TLS handshake did not end within 0.05 s");
  REQUIRE(r.tcp_connected);
  CHECK(r.ended == r.tcp_connected);
}

TEST_CASE("whatever comes next, the total time ends a request") {
  for (const std::string& answer : {std::string(), head + role, head + role + token}) {
    const auto r = record_of(answer, [](Timeouts& t) { t.total = 50ms; });
    CHECK(r.outcome == Outcome::total_timeout);
  }
}

TEST_CASE("a slow server within its limits is not timed out") {
  const Simulator simulator([] {
    SimulatorOptions options;
    options.ttft = 100ms;
    options.gap = 20ms;
    return options;
  }());
  Plan plan = plan_for(simulator, {{ClosedLoop{4}, 12}});
  plan.stream = true;
  plan.max_tokens = 10;
  plan.timeouts.idle = 10s;
  plan.timeouts.first_byte = 10s;
  plan.timeouts.first_token = 10s;
  CHECK(run(plan).stages[0].ok == 12);
}

TEST_CASE("an answer beyond MAX_RESPONSE_BYTES is cut off, and its connection with it") {
  for (const bool announced : {true, false}) {
    const ScriptedServer server([&](Peer& peer, int) {
      if (peer.read_request().empty()) return;
      peer.send("HTTP/1.1 200 OK\r\n" +
                std::string(announced ? "Content-Length: 1000000000\r\n\r\n" : "Connection: close\r\n\r\n"));
      const std::string part(64 * 1024, ' ');
      for (int i = 0; i < 16'000 && peer.is_connected(); ++i) peer.send(part);
    });
    Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 2}});
    plan.max_response_bytes = 1'000'000;
    CHECK(count(run(plan).stages[0], Outcome::too_large) == 2);
  }
}

}  // namespace loop_timeouts
