// What can go wrong with a request ends in exactly one outcome, and in no latency.
#include <numeric>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"

namespace loop_failures {

using namespace llmload;
using test::answer;
using test::count;
using test::good_answer;
using test::Peer;
using test::plan_for;
using test::ScriptedServer;

/// Answers every request with the same bytes.
ScriptedServer::Script always(std::string bytes) {
  return [bytes = std::move(bytes)](Peer& peer, int) {
    while (!peer.read_request().empty()) peer.send(bytes);
  };
}

Summary only_stage(const Plan& plan) {
  const RunResult result = run(plan);
  REQUIRE(result.stages.size() == 1);
  const Summary& s = result.stages[0];
  CHECK(s.begun == s.ok + s.failed);
  CHECK(s.planned == s.begun + s.not_started);
  CHECK(std::accumulate(s.by_outcome.begin(), s.by_outcome.end(), std::uint64_t{0}) == s.begun);
  CHECK((s.e2e_ms() ? s.e2e_ms()->count : 0) == s.ok);
  return s;
}

TEST_CASE("a 429 among good answers is a failure of its own, with the server's words") {
  const ScriptedServer server([](Peer& peer, int) {
    for (int i = 0; !peer.read_request().empty(); ++i) {
      peer.send(i % 2 == 0 ? good_answer()
                           : answer(429, R"({"error":{"code":"429","message":"slow down"}})"));
    }
  });
  const Summary s = only_stage(plan_for(server.url(), {{ClosedLoop{1}, 8}}));
  CHECK(s.ok == 4);
  CHECK(count(s, Outcome::rate_limited) == 4);
  CHECK(s.commonest_reason == "HTTP 429: slow down");
  CHECK(s.output_tokens == 8U);
}

TEST_CASE("a level whose requests are all refused ends the run") {
  SimulatorOptions options = test::instant();
  options.api_key = "another key";
  const Simulator simulator(options);
  const RunResult result = run(plan_for(simulator, {{ClosedLoop{2}, 2}, {ClosedLoop{4}, 4}}));
  REQUIRE(result.stages.size() == 1);
  CHECK(count(result.stages[0], Outcome::http_4xx) == 2);
  CHECK_FALSE(result.valid);
  CHECK(result.ended_early.find("401") != std::string::npos);
  CHECK(result.stages[0].commonest_reason ==
        "HTTP 401: the key is missing or is not valid for this endpoint");
  CHECK(result.stages[0].commonest_reason.find("nobody-may-see") == std::string::npos);
  CHECK_FALSE(result.stages[0].e2e_ms());
  CHECK_FALSE(result.stages[0].requests_per_second);
}

TEST_CASE("a first level whose requests are all answered with a server's error ends the run") {
  const ScriptedServer server(always(answer(503, "busy")));
  const RunResult result = run(plan_for(server.url(), {{ClosedLoop{1}, 1}, {ClosedLoop{1}, 1}}));
  CHECK(result.stages.size() == 1);
  CHECK_FALSE(result.valid);
  CHECK(count(result.stages[0], Outcome::http_5xx) == 1);
  CHECK(result.ended_early.starts_with("every request failed (HTTP 503"));
}

TEST_CASE("a level whose requests fail otherwise does not end the run, which is not valid") {
  const ScriptedServer server(always(answer(429, "slow down")));
  const RunResult result = run(plan_for(server.url(), {{ClosedLoop{1}, 1}, {ClosedLoop{1}, 1}}));
  CHECK(result.stages.size() == 2);
  CHECK_FALSE(result.valid);
  CHECK(count(result.stages[1], Outcome::rate_limited) == 1);
}

TEST_CASE("nobody listens: connect_failed") {
  const std::string url = "http://127.0.0.1:" + std::to_string(test::closed_port()) + "/v1/chat/completions";
  const Summary s = only_stage(plan_for(url, {{ClosedLoop{2}, 4}}));
  CHECK(count(s, Outcome::connect_failed) == 4);
  CHECK(s.commonest_reason.find("refused") != std::string::npos);
}

TEST_CASE("a name that does not resolve: dns_failed") {
  const Summary s =
      only_stage(plan_for("https://no-such-host.invalid/v1/chat/completions", {{ClosedLoop{1}, 1}}));
  CHECK(count(s, Outcome::dns_failed) == 1);
}

TEST_CASE("a server that says nothing: total_timeout") {
  const ScriptedServer server([](Peer& peer, int) { peer.wait_for_end(); });
  Plan plan = plan_for(server.url(), {{ClosedLoop{2}, 2}});
  plan.timeouts.total = std::chrono::milliseconds{100};
  const Summary s = only_stage(plan);
  CHECK(count(s, Outcome::total_timeout) == 2);
}

TEST_CASE("an unknown authority: tls_failed, with OpenSSL's reason") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{1}, 1}});
  plan.ca_pem.clear();
  const Summary s = only_stage(plan);
  CHECK(count(s, Outcome::tls_failed) == 1);
  CHECK(s.commonest_reason.find("self-signed") != std::string::npos);
  plan.tls_verify = false;
  CHECK(only_stage(plan).ok == 1);
}

TEST_CASE("a server that speaks no TLS: tls_failed") {
  const ScriptedServer server([](Peer& peer, int) {
    peer.read(1);
    peer.send("HTTP/1.0 400 Bad Request\r\n\r\n");
    peer.wait_for_end();
  });
  std::string url = server.url();
  url.replace(0, 4, "https");
  CHECK(count(only_stage(plan_for(url, {{ClosedLoop{1}, 1}})), Outcome::tls_failed) == 1);
}

TEST_CASE("an answer that is cut short: incomplete, and not sent again") {
  const ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"choices\"");
  });
  const Summary s = only_stage(plan_for(server.url(), {{ClosedLoop{1}, 1}}));
  CHECK(count(s, Outcome::incomplete) == 1);
  CHECK(server.connections() == 1);
}

TEST_CASE("what is not HTTP, not JSON, or not a chat: bad_response") {
  for (const std::string& bytes :
       {std::string("hello?\r\n\r\n"), answer(200, "<html>"), answer(200, "{}"), answer(204, "")}) {
    const ScriptedServer server(always(bytes));
    CHECK(count(only_stage(plan_for(server.url(), {{ClosedLoop{1}, 1}})), Outcome::bad_response) == 1);
  }
}

TEST_CASE("a redirect is not followed") {
  const ScriptedServer server(always(answer(307, "", "Location: https://elsewhere.example/\r\n")));
  const Summary s = only_stage(plan_for(server.url(), {{ClosedLoop{1}, 1}}));
  CHECK(count(s, Outcome::http_3xx) == 1);
  CHECK(s.commonest_reason.find("elsewhere.example") != std::string::npos);
}

TEST_CASE("content that the provider filters is an outcome of its own") {
  const ScriptedServer server(always(answer(400, R"({"error":{"code":"content_filter","message":"no"}})")));
  CHECK(count(only_stage(plan_for(server.url(), {{ClosedLoop{1}, 1}})), Outcome::content_filtered) == 1);
}

TEST_CASE("a server that refuses before it has read a large request is heard") {
  const ScriptedServer server([](Peer& peer, int) {
    peer.read(1000);
    peer.send(answer(413, "too long", "Connection: close\r\n"));
    peer.wait_for_end();
  });
  Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 1}});
  plan.source = std::make_shared<PromptList>(std::vector<std::string>{std::string(20'000'000, 'x')});
  const Summary s = only_stage(plan);
  CHECK(count(s, Outcome::http_4xx) == 1);
  CHECK(s.commonest_reason == "HTTP 413: too long");
}

TEST_CASE("a key with its own Bearer is echoed by nobody") {
  const ScriptedServer server(always(answer(500, R"({"error":{"message":"got tok-123456789 of you"}})")));
  Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 1}});
  plan.api_key = Secret("Bearer tok-123456789");
  CHECK(only_stage(plan).commonest_reason == "HTTP 500: got [redacted] of you");
}

}  // namespace loop_failures
