// Event streams through whole runs.
#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <mutex>
#include <optional>

#include "net/arrival_clock.hpp"
#include "support/catch.hpp"
#include "support/dialects.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"

namespace loop_streams {

using namespace llmload;
using net::monotonic_now;
using test::plan_for;
using test::RecordKeeper;

Plan stream_plan(const std::string& url, std::uint64_t requests) {
  Plan plan = plan_for(url, {{ClosedLoop{1}, requests}});
  plan.stream = true;
  plan.extra_body = R"({"stream_options":{"include_usage":true}})";  // and so no probe
  return plan;
}

/// What is wrong with `r`, if the bytes from `split` on were sent after `middle` (since the stage's start)
/// and the others were read before; "" where nothing is.
std::string wrong(const test::Dialect& d, const std::string& wire, std::size_t split,
                  std::chrono::nanoseconds middle, const RequestRecord& r) {
  if (r.outcome != d.outcome) return "outcome " + std::string(to_string(r.outcome)) + " " + r.error;
  if (r.output != d.output || r.reasoning != d.reasoning || r.tool_text != d.tool_text) return "text";
  if (r.usage_completion_tokens != d.usage) return "usage";
  if (r.time_source != TimeSource::kernel) return "time source";
  if (r.events.size() != d.tokens.size()) return "token events";
  bool any_later = false;
  for (std::size_t i = 0; i < r.events.size(); ++i) {
    const bool later = test::completed_at(wire, d.tokens[i]) > split;
    if (later != (r.events[i].at > middle)) return "stamp of event " + d.tokens[i];
    if (i > 0 && r.events[i].merged != (later == any_later)) return "merged of event " + d.tokens[i];
    any_later = later;
  }
  return "";
}

TEST_CASE("each server's form of an answer gives the right stamps through a session at every split") {
  for (const test::Dialect& d : test::dialects()) {
    INFO(d.name);
    const std::string wire = test::wire(d);
    const std::size_t splits = wire.size() - 1;
    std::vector<std::atomic<llmload::net::Time>> middles(splits + 1);
    std::atomic<std::size_t> answered{0};
    RecordKeeper keeper;
    std::optional<test::ScriptedServer> server;
    server.emplace([&](test::Peer& peer, int) {
      while (!peer.read_request().empty()) {
        const std::size_t split = ++answered;
        peer.send(wire.substr(0, split));
        peer.wait_until_read();
        middles[split] = monotonic_now();
        peer.send(wire.substr(split));
        if (wire.find("Connection: close") != std::string::npos) return;
      }
    });
    run(stream_plan(server->url(), splits), {&keeper});
    server.reset();  // an answer can end the client's request before it has ended here
    REQUIRE(keeper.records.size() == splits);
    std::string first_wrong;
    for (const RequestRecord& r : keeper.records) {
      const std::size_t split = r.index + 1;
      const std::string what = wrong(d, wire, split, middles[split].load() - keeper.started_at, r);
      if (!what.empty() && first_wrong.empty())
        first_wrong = "split at " + std::to_string(split) + ": " + what;
    }
    CHECK(first_wrong == "");
  }
}

TEST_CASE("a server that refuses stream_options is asked once, and then answers the run") {
  std::mutex mutex;
  std::vector<std::string> requests;
  const std::string wire = test::wire(test::dialects().front());
  test::ScriptedServer server([&](test::Peer& peer, int) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      {
        const std::scoped_lock lock(mutex);
        requests.push_back(request);
      }
      const bool asks = request.find("stream_options") != std::string::npos;
      peer.send(asks ? test::answer(422, R"({"detail":[{"loc":["body","stream_options"],"msg":"extra"}]})")
                     : wire);
    }
  });
  Plan plan = plan_for(server.url(), {{ClosedLoop{2}, 6}});
  plan.stream = true;
  plan.extra_body = R"({"max_tokens":500})";  // of the run's requests, and not of the question
  const RunResult result = run(plan);
  CHECK(result.stages[0].ok == 6);
  REQUIRE(requests.size() == 7);
  CHECK(requests[0].find(R"("stream_options":{"include_usage":true})") != std::string::npos);
  CHECK(requests[0].find(R"("max_tokens":1,)") != std::string::npos);
  CHECK(std::ranges::none_of(requests.begin() + 1, requests.end(), [](const auto& request) {
    return request.find("stream_options") != std::string::npos;
  }));
  CHECK(std::ranges::any_of(result.stages[0].notes, [](const auto& note) {
    return note.find("stream_options") != std::string::npos;
  }));
}

TEST_CASE("any other answer to the probe changes nothing") {
  for (const int status : {200, 401, 400, 500}) {
    INFO(status);
    std::atomic<int> asking{0};
    const std::string wire = test::wire(test::dialects().front());
    test::ScriptedServer server([&](test::Peer& peer, int) {
      for (bool probe = true; true; probe = false) {
        const std::string request = peer.read_request();
        if (request.empty()) return;
        if (request.find("stream_options") != std::string::npos) ++asking;
        peer.send(probe && status != 200 ? test::answer(status, R"({"error":{"message":"no"}})") : wire);
      }
    });
    Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 3}});
    plan.stream = true;
    run(plan);
    CHECK(asking == 4);
  }
}

TEST_CASE("after [DONE] the connection is kept, whether its message ends at once or later") {
  const std::string wire = test::wire(test::dialects().front());
  for (const bool at_once : {true, false}) {
    test::ScriptedServer server([&](test::Peer& peer, int) {
      while (!peer.read_request().empty()) {
        peer.send(wire.substr(0, wire.size() - 5));
        if (!at_once) peer.wait_until_read();
        peer.send(wire.substr(wire.size() - 5));
      }
    });
    const RunResult result = run(stream_plan(server.url(), 5));
    CHECK(result.stages[0].ok == 5);
    CHECK(result.stages[0].reconnects == 0);
    CHECK(server.connections() == 1);
  }
}

TEST_CASE("a server that leaves the message open after [DONE] has answered, and its connection is given up") {
  const std::string wire = test::wire(test::dialects().front());
  test::ScriptedServer server([&](test::Peer& peer, int) {
    if (peer.read_request().empty()) return;
    peer.send(wire.substr(0, wire.size() - 5));
    peer.wait_for_end();
  });
  const RunResult result = run(stream_plan(server.url(), 2));
  CHECK(result.stages[0].ok == 2);
  CHECK(server.connections() == 2);
}

TEST_CASE("with user time the records say so") {
  const Simulator simulator(test::instant());
  Plan plan = plan_for(simulator, {{ClosedLoop{1}, 1}});
  plan.stream = true;
  plan.kernel_time = false;
  RecordKeeper keeper;
  run(plan, {&keeper});
  REQUIRE(keeper.records.size() == 1);
  CHECK(keeper.records[0].time_source == TimeSource::user);
  CHECK(keeper.records[0].outcome == Outcome::ok);
}

/// Two requests of one session to a server that answers the first with `first` and does `then` for the
/// second.
RequestRecord second_record(const std::string& first, const std::function<void(test::Peer&)>& then,
                            std::chrono::nanoseconds timeout = std::chrono::seconds(20)) {
  test::ScriptedServer server([&](test::Peer& peer, int) {
    if (peer.read_request().empty()) return;
    peer.send(first);
    if (!peer.read_request().empty()) then(peer);
  });
  Plan plan = stream_plan(server.url(), 2);
  plan.timeouts.total = timeout;
  RecordKeeper keeper;
  run(plan, {&keeper});
  return keeper.records.at(1);
}

std::string stream_head(const std::string& type = "Content-Type: text/event-stream\r\n") {
  return "HTTP/1.1 200 OK\r\n" + type;
}

RequestRecord record_of(const std::string& answer) {
  const std::string wire = test::wire(test::dialects().front());
  return second_record(wire, [&](test::Peer& peer) { peer.send(answer); });
}

TEST_CASE("a second request that gets no byte ends in time, as total_timeout") {
  const std::string wire = test::wire(test::dialects().front());
  const auto r = second_record(
      wire, [](test::Peer& peer) { peer.wait_for_end(); }, std::chrono::seconds(2));
  CHECK(r.outcome == Outcome::total_timeout);
  CHECK_FALSE(r.error.empty());
}

TEST_CASE("a connection that breaks before the first event is incomplete, as one behind it") {
  CHECK(record_of(stream_head() + "Transfer-Encoding: chunked\r\n\r\n").outcome == Outcome::incomplete);
  CHECK(record_of(stream_head() + "Connection: close\r\n\r\ndata: {\"choices\":[{\"te").outcome ==
        Outcome::incomplete);
}

TEST_CASE("a last event that was cut is dropped, and the finish reason before it counts") {
  const auto r = record_of(stream_head() +
                           "Connection: close\r\n\r\n"
                           "data: {\"choices\":[{\"text\":\"Hi\",\"finish_reason\":\"stop\"}]}\n\n"
                           "data: {\"choices\":[{\"text\":\"lost");
  CHECK(r.outcome == Outcome::ok);
  CHECK(r.output == "Hi");
}

TEST_CASE("a stream of nothing but [DONE] is no answer") {
  CHECK(record_of(stream_head() + "Connection: close\r\n\r\ndata: [DONE]\n\n").outcome ==
        Outcome::bad_response);
}

TEST_CASE("a body that does not say what it is is a stream or a whole answer by its first byte") {
  const std::string body = R"({"choices":[{"message":{"content":"Hi"}}]})";
  for (const char* type : {"", "Content-Type: text/plain\r\n"}) {
    const auto whole = record_of(stream_head(type) + "Connection: close\r\n\r\n" + body);
    CHECK(whole.outcome == Outcome::ok);
    CHECK_FALSE(whole.streamed);
    const auto stream = record_of(stream_head(type) + "Connection: close\r\n\r\n: hi\n\ndata: " + body +
                                  "\n\ndata: [DONE]\n\n");
    CHECK(stream.outcome == Outcome::ok);
    CHECK(stream.streamed);
  }
}

TEST_CASE("an event without end is given up at its limit, and so is its connection") {
  const std::string wire = test::wire(test::dialects().front());
  std::atomic<std::size_t> sent{0};
  const auto r = second_record(wire, [&sent](test::Peer& peer) {
    const std::string part(1024 * 1024, 'x');
    peer.send(stream_head() + "Connection: close\r\n\r\ndata: ");
    for (int i = 0; i < 200 && peer.is_connected(); ++i, sent += part.size()) peer.send(part);
  });
  CHECK(r.outcome == Outcome::too_large);
  CHECK(sent < 100U * 1024 * 1024);
}

TEST_CASE("a later event in the read of the first token marks it, whatever the first one brought") {
  const auto r = record_of(stream_head() +
                           "Connection: close\r\n\r\n"
                           "data: {\"choices\":[{\"delta\":{\"reasoning\":\"a\",\"content\":\"b\"}}]}\n\n"
                           "data: {\"choices\":[{\"delta\":{\"content\":\"c\"}}]}\n\ndata: [DONE]\n\n");
  CHECK(r.outcome == Outcome::ok);
  CHECK(r.first_token_merged);
}

TEST_CASE("a request was sent before its answer came") {
  const Simulator simulator(test::instant());
  RecordKeeper keeper;
  run(plan_for(simulator, {{ClosedLoop{4}, 200}}), {&keeper});
  CHECK(std::ranges::all_of(
      keeper.records, [](const auto& r) { return *r.dispatched <= *r.sent && *r.sent <= *r.first_byte; }));
}

TEST_CASE("an answer that was there before it was asked for answers nobody, and is not waited for") {
  test::ScriptedServer server([](test::Peer& peer, int) {
    peer.send(test::answer(503, R"({"error":{"message":"going down"}})", "Connection: close\r\n"));
    peer.end();
    peer.wait_for_end();
  });
  const Summary s = run(plan_for(server.url(), {{ClosedLoop{1}, 1}})).stages[0];
  // Over the first connection, and over the fresh one, it may come before the request or behind it.
  CHECK(test::count(s, Outcome::bad_response) + test::count(s, Outcome::http_5xx) == 1);
}

TEST_CASE("a refusal of stream_options in Azure's words is understood") {
  const std::string wire = test::wire(test::dialects().front());
  test::ScriptedServer server([&](test::Peer& peer, int) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      const bool asks = request.find("stream_options") != std::string::npos;
      peer.send(
          asks
              ? test::answer(
                    422,
                    R"({"status":422,"code":"parameter_not_supported","detail":{"loc":["body","stream_options"],"input":1},"message":"One of the parameters contain invalid values."})")
              : wire);
    }
  });
  Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 2}});
  plan.stream = true;
  CHECK(run(plan).stages[0].ok == 2);
}

TEST_CASE("a record is handed on though no further one comes") {
  struct Seen : Sink {
    void on_record(const RequestRecord&) override {
      if (!told) seen.set_value();
      told = true;
    }
    void on_stage(const Summary&) override {}
    std::promise<void> seen;
    bool told = false;
  } sink;
  const std::string wire = test::wire(test::dialects().front());
  test::ScriptedServer server([&](test::Peer& peer, int) {
    if (peer.read_request().empty()) return;
    peer.send(wire);
    if (peer.read_request().empty()) return;
    sink.seen.get_future().wait();  // the first one's, while the second one waits for us
    peer.send(wire);
  });
  CHECK(run(stream_plan(server.url(), 2), {&sink}).stages[0].ok == 2);
}

}  // namespace loop_streams
