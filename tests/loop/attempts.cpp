#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace loop_attempts {

using namespace llmload;
using namespace std::chrono_literals;
using test::count;
using test::Peer;
using test::plan_for;
using test::RecordKeeper;
using test::ScriptedServer;

const std::string busy = R"({"error":{"code":"429","message":"Too many. Please retry after 1 second."}})";

/// Answers requests number 0, 1, 2 ... of all connections with what `answer_to` gives.
ScriptedServer::Script numbered(
    std::function<std::string(int number, const std::string& request)> answer_to) {
  auto next = std::make_shared<std::atomic<int>>(0);
  return [next, answer_to = std::move(answer_to)](Peer& peer, int) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request())
      peer.send(answer_to((*next)++, request));
  };
}

Plan retrying(const std::string& url, std::vector<Stage> stages) {
  Plan plan = plan_for(url, std::move(stages));
  plan.retry.rate_limited = true;
  return plan;
}

TEST_CASE("a 429 is a result, and is in no latency, where nothing is retried") {
  const ScriptedServer server(numbered(
      [](int i, const std::string&) { return i % 2 == 0 ? test::answer(429, busy) : test::good_answer(); }));
  const Summary s = run(plan_for(server.url(), {{ClosedLoop{1}, 10}})).stages[0];
  CHECK(s.ok == 5);
  CHECK(count(s, Outcome::rate_limited) == 5);
  CHECK(s.attempts == 10);
  CHECK(s.retried == 0);
  REQUIRE(s.e2e_ms());
  CHECK(s.e2e_ms()->count == 5);
}

TEST_CASE("a request is sent again after the time that a 429 names, and counts from its first attempt") {
  const ScriptedServer server(numbered([](int i, const std::string&) {
    return i < 2 ? test::answer(429, busy,
                                "retry-after-ms: 30\r\nx-request-id: refused\r\n"
                                "x-ratelimit-remaining-requests: " +
                                    std::to_string(i) + "\r\n")
                 : test::good_answer();
  }));
  RecordKeeper keeper;
  const Summary s = run(retrying(server.url(), {{ClosedLoop{1}, 2}}), {&keeper}).stages[0];
  CHECK(s.ok == 2);
  CHECK(s.attempts == 4);
  CHECK(s.retried == 1);
  const RequestRecord& r = keeper.records.at(0);
  CHECK(r.attempts == 3);
  CHECK(r.http_status == 200);
  CHECK(r.request_id.empty());    // what the refused attempts had is not the last one's
  REQUIRE(r.limits.size() == 2);  // but for this
  CHECK(r.limits[0].remaining_requests == 0);
  CHECK(r.limits[1].at > r.limits[0].at);
  CHECK(s.rate_limits.front().remaining_requests == 0);
  CHECK(r.retry_wait >= 60ms);
  CHECK(*r.sent - *r.dispatched >= r.retry_wait);
  REQUIRE(s.retry_wait_ms());
  CHECK(s.retry_wait_ms()->count == 1);
  CHECK(s.e2e_ms()->max >= 60);
  CHECK(keeper.records.at(1).attempts == 1);
}

TEST_CASE("without a word of the server's a request waits for half a second, less up to a quarter") {
  const ScriptedServer server(numbered(
      [](int i, const std::string&) { return i == 0 ? test::answer(429, busy) : test::good_answer(); }));
  RecordKeeper keeper;
  run(retrying(server.url(), {{ClosedLoop{1}, 1}}), {&keeper});
  CHECK(keeper.records.at(0).attempts == 2);
  CHECK(keeper.records.at(0).retry_wait >= 375ms);
}

TEST_CASE("retries end with MAX_RETRIES, and with the budget of time") {
  const ScriptedServer server(
      numbered([](int, const std::string&) { return test::answer(429, busy, "retry-after-ms: 1\r\n"); }));
  Plan plan = retrying(server.url(), {{ClosedLoop{1}, 1}});
  plan.retry.most = 3;
  RecordKeeper keeper;
  run(plan, {&keeper});
  CHECK(keeper.records.at(0).outcome == Outcome::rate_limited);
  CHECK(keeper.records.at(0).attempts == 4);

  const ScriptedServer patient(
      numbered([](int, const std::string&) { return test::answer(429, busy, "retry-after: 60\r\n"); }));
  plan = retrying(patient.url(), {{ClosedLoop{1}, 1}});
  plan.retry.budget = 30s;
  RecordKeeper once;
  run(plan, {&once});
  CHECK(once.records.at(0).attempts == 1);
  CHECK(once.records.at(0).error.find("Too many") != std::string::npos);
  CHECK(once.records.at(0).error_code == "429");
}

TEST_CASE("an interruption ends a wait for the next attempt") {
  std::stop_source stop;
  const ScriptedServer server(numbered([&stop](int, const std::string&) {
    stop.request_stop();
    return test::answer(429, busy, "retry-after: 30\r\n");
  }));
  const RunResult result = run(retrying(server.url(), {{ClosedLoop{1}, 1}}), {.stop = stop.get_token()});
  CHECK(result.interrupted);
  CHECK(result.stages[0].begun == 1);
  CHECK(result.stages[0].failed == 1);
}

TEST_CASE("the series of what the server has left is kept, that of refusals, too") {
  const ScriptedServer server(numbered([](int i, const std::string&) {
    const std::string left = "x-ratelimit-remaining-requests: " + std::to_string(5 - i) +
                             "\r\nazure-openai-deployment-utilization: " + std::to_string(20 * i) + "%\r\n";
    return i < 5 ? test::good_answer(left) : test::answer(429, busy, left);
  }));
  const Summary s = run(plan_for(server.url(), {{ClosedLoop{1}, 6}})).stages[0];
  REQUIRE_FALSE(s.rate_limits.empty());
  CHECK(s.rate_limits.back().remaining_requests == 0);
  CHECK(s.rate_limits.back().utilization == 1.0);
}

TEST_CASE("a closed loop under a quota ends in time, and only sends what its window has room for") {
  const ScriptedServer server(numbered([](int, const std::string&) { return test::good_answer(); }));
  Plan plan = plan_for(server.url(), {{ClosedLoop{20}, {}, 1s}});
  plan.quota = Quota{{}, 600};  // one in 103 ms
  RecordKeeper keeper;
  const Summary s = run(plan, {&keeper}).stages[0];
  CHECK(s.begun <= 10);
  CHECK(s.ok == s.begun);
  for (const auto& r : keeper.records) CHECK(*r.dispatched < 1s);
}

TEST_CASE("a request that waits to be sent again leaves the quota to the others") {
  const ScriptedServer server(numbered([](int i, const std::string&) {
    return i == 0 ? test::answer(429, busy, "retry-after-ms: 2000\r\n") : test::good_answer();
  }));
  Plan plan = retrying(server.url(), {{ClosedLoop{2}, 8}});
  plan.quota = Quota{{}, 6'000};
  RecordKeeper keeper;
  run(plan, {&keeper});
  REQUIRE(keeper.records.size() == 8);
  CHECK(keeper.records.back().attempts == 2);  // it ends last
  CHECK(*keeper.records.at(6).done < *keeper.records.back().sent);
}

TEST_CASE("an open loop under a quota waits without taking connections, and says how long") {
  const ScriptedServer server(numbered([](int, const std::string&) { return test::good_answer(); }));
  Plan plan = plan_for(server.url(), {});
  OpenLoop loop{make_constant_pacer(1'000), "constant", 1'000};
  loop.connections = 2;
  plan.stages = {{loop, 20}};
  plan.quota = Quota{.requests_per_minute = 6'000};
  RecordKeeper keeper;
  const Summary s = run(plan, {&keeper}).stages[0];
  CHECK(s.ok == 20);
  CHECK(server.connections() < 20);  // 2 or 3 where answers come before the next request is due
  REQUIRE(s.queue_wait_ms());
  CHECK(s.queue_wait_ms()->max >= 150);  // 19 times 10.3 ms, less what it is due later
  CHECK(s.e2e_ms()->max >= s.queue_wait_ms()->max);
}

TEST_CASE("under a quota requests are spaced, in a closed loop without being late") {
  const ScriptedServer server(numbered([](int, const std::string&) { return test::good_answer(); }));
  Plan plan = plan_for(server.url(), {{ClosedLoop{4}, 12}});
  plan.quota = Quota{{}, 6'000};  // one in 10.3 ms
  RecordKeeper keeper;
  const Summary s = run(plan, {&keeper}).stages[0];
  CHECK(s.ok == 12);
  std::vector<std::chrono::nanoseconds> sent;
  for (const auto& r : keeper.records) sent.push_back(*r.sent);
  std::ranges::sort(sent);
  // Since the stage's start: however late each was, none was before its turn.
  for (std::size_t i = 0; i < sent.size(); ++i) CHECK(sent[i] >= static_cast<std::int64_t>(i) * 10'300us);
}

TEST_CASE("a key that expired is replaced once after a 401, and none of them is shown") {
  const tokenize::TemporaryDirectory folder;
  const std::string file = folder.write("key", "first-key-of-all");
  const ScriptedServer server(numbered([&](int, const std::string& request) {
    if (request.find("Authorization: Bearer second-key-of-all\r\n") != std::string::npos)
      return test::good_answer();
    std::ofstream(file) << "second-key-of-all";
    return test::answer(401, R"({"error":{"message":"first-key-of-all or second-key-of-all is wrong"}})");
  }));
  Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 3}});
  plan.api_key = Secret();
  plan.auth = Auth::bearer;
  plan.credentials = std::make_shared<KeyCommand>(std::vector<std::string>{"cat", file});
  RecordKeeper keeper;
  const Summary s = run(plan, {&keeper}).stages[0];
  CHECK(s.ok == 3);
  CHECK(s.attempts == 4);

  const ScriptedServer never(numbered([](int, const std::string&) {
    return test::answer(401, R"({"error":{"message":"second-key-of-all is wrong"}})");
  }));
  plan.endpoints = {parse_endpoint(never.url())};
  plan.stages = {{ClosedLoop{1}, 5}};
  const RunResult refused = run(plan);
  CHECK(refused.stages[0].attempts == 5);  // the command gives the same key again, and is left alone then
  CHECK(refused.stages[0].commonest_reason == "HTTP 401: [redacted] is wrong");
}

TEST_CASE("a function gives the key, and is asked again for another one after a 401") {
  const ScriptedServer server(numbered([](int, const std::string& request) {
    const bool second = request.find("Authorization: Bearer key-of-call-2\r\n") != std::string::npos;
    return second ? test::good_answer() : test::answer(401, "{}");
  }));
  Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 3}});
  int calls = 0;
  plan.credentials = make_credentials([&calls](const std::stop_token&) {
    return Credentials::Key{"key-of-call-" + std::to_string(++calls)};
  });
  const Summary s = run(plan).stages[0];
  CHECK(s.ok == 3);
  CHECK(s.attempts == 4);
  CHECK(calls == 2);
  plan.credentials = make_credentials(
      [](const std::stop_token&) -> Credentials::Key { throw std::runtime_error("the vault is closed"); });
  CHECK(error_of<InputError>([&] { (void)run(plan); }) == "the vault is closed");
}

TEST_CASE(
    "a key that has expired is wrong input, and a command that repeats one that is about to is left alone") {
  const tokenize::TemporaryDirectory folder;
  const std::string runs = folder.write("runs", "");
  const ScriptedServer server(numbered([](int, const std::string&) { return test::good_answer(); }));
  const auto plan_with_key_until = [&](std::time_t expires) {
    Plan plan = plan_for(server.url(), {{ClosedLoop{1}, {}, std::chrono::milliseconds(2'500)}});
    plan.credentials = std::make_shared<KeyCommand>(std::vector<std::string>{
        "sh", "-c", R"(echo >>"$0"; echo '{"token": "the-same-key-0815", "expires_on": '"$1"'}')", runs,
        std::to_string(expires)});
    return plan;
  };
  const auto count_runs = [&runs] {
    std::ifstream file(runs);
    int lines = 0;
    for (std::string line; std::getline(file, line);) ++lines;
    return lines;
  };
  CHECK_THROWS_AS(run(plan_with_key_until(1'000'000'000)), InputError);
  CHECK(count_runs() == 1);
  CHECK(server.connections() == 0);

  // It is tried after a second, and then not for half a minute.
  const Summary s = run(plan_with_key_until(std::time(nullptr) + 2)).stages[0];
  CHECK(s.ok > 0);
  CHECK(count_runs() == 3);
  const auto told = [](const std::string& note) { return note.find("the key was not renewed") == 0; };
  CHECK(std::ranges::count_if(s.notes, told) == 1);
}

TEST_CASE("a key command that gives no key is wrong input, before any traffic") {
  const ScriptedServer server(numbered([](int, const std::string&) { return test::good_answer(); }));
  Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 1}});
  plan.credentials = std::make_shared<KeyCommand>(std::vector<std::string>{"false"});
  CHECK_THROWS_AS(run(plan), InputError);
  CHECK(server.connections() == 0);
}

TEST_CASE("a stage of which more than MAX_ERROR_RATE fails begins no more requests") {
  const ScriptedServer server(numbered(
      [](int i, const std::string&) { return i < 30 ? test::good_answer() : test::answer(503, "down"); }));
  Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 1'000}, {ClosedLoop{1}, 1'000}});
  plan.max_error_rate = 0.25;
  const RunResult result = run(plan);
  const Summary& s = result.stages.at(0);
  CHECK(s.too_many_errors);
  CHECK(s.ok == 30);
  CHECK(s.begun == 41);  // 11 of 41 are more than a quarter
  CHECK(s.planned == s.begun + s.not_started);
  CHECK(s.e2e_ms());
  CHECK(std::ranges::any_of(
      s.notes, [](const auto& note) { return note.find("more than the plan allows") != std::string::npos; }));
  REQUIRE(result.stages.size() == 2);
  CHECK(result.stages[1].begun == 20);  // where all fail, the fewest that are judged
}

TEST_CASE("an open loop that is stopped for its errors does not wait for what is due later") {
  const ScriptedServer server(numbered([](int, const std::string&) { return test::answer(503, "down"); }));
  Plan plan = plan_for(server.url(), {});
  const OpenLoop loop{.pacer = make_ramp_pacer(100, 0.001, std::chrono::hours{1}), .rate = 100};
  plan.stages = {{loop, {}, std::chrono::hours{1}}};
  plan.max_error_rate = 0.5;
  const Summary s = run(plan).stages[0];
  CHECK(s.too_many_errors);
  CHECK(s.begun >= 20);
  CHECK(s.planned == s.begun + s.not_started);
}

}  // namespace loop_attempts
