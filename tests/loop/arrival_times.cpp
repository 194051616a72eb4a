// Through whole runs: what arrived when, and what an end of the connection means.
#include <chrono>
#include <future>
#include <optional>

#include "net/arrival_clock.hpp"
#include "simulator/server/certificate.hpp"
#include "support/catch.hpp"
#include "support/held_thread.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "support/tls_peer.hpp"

namespace loop_arrival_times {

using namespace llmload;
using net::monotonic_now;
using test::Peer;
using test::RecordKeeper;
using test::ScriptedServer;
using test::TlsPeer;

const simulator::ServerTls& server_tls() {
  static const simulator::ServerTls tls = simulator::make_server_tls();
  return tls;
}

Plan plan_for(const ScriptedServer& server, bool tls, Stage stage) {
  Plan plan = test::plan_for((tls ? "https" : "http") + server.url().substr(4), {std::move(stage)});
  plan.ca_pem = server_tls().pem;
  plan.extra_body = R"({"stream_options":{"include_usage":true}})";  // and so no probe
  return plan;
}

std::vector<RequestRecord> records_of(const Plan& plan) {
  RecordKeeper keeper;
  run(plan, {&keeper});
  return keeper.records;
}

/// The one record of a request to a TLS server that does what `script` says behind the request.
RequestRecord record_of(const std::function<void(Peer&, TlsPeer&)>& script, bool stream) {
  const ScriptedServer server([&](Peer& peer, int) {
    TlsPeer tls(peer, server_tls().context.get());
    if (tls.read().empty()) return;
    script(peer, tls);
  });
  Plan plan = plan_for(server, true, {ClosedLoop{1}, 1});
  plan.stream = stream;
  const auto records = records_of(plan);
  REQUIRE(records.size() == 1);
  return records.front();
}

const std::string body =
    R"({"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"one"}}]})";
const std::string open_head =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
const std::string stream_head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

std::string event(const std::string& text, const std::string& finish_reason = "null") {
  return R"(data: {"choices":[{"index":0,"finish_reason":)" + finish_reason + R"(,"delta":{"content":")" +
         text + "\"}}]}\n\n";
}

/// The record of a stream whose events arrived, each in a segment of its own, while the shard was busy;
/// also whether they all are timed before it was free again.
struct LateRead {
  RequestRecord record;
  bool timed_in_time = true;
};

LateRead late_read(bool with_tls, const std::vector<std::string>& segments) {
  llmload::net::Time busy_until;
  const ScriptedServer server([&](Peer& peer, int) {
    std::optional<TlsPeer> tls;
    if (with_tls) tls.emplace(peer, server_tls().context.get());
    const std::string request = tls ? tls->read() : peer.read_request();
    {
      const test::HeldThread busy("shard 0");
      for (const std::string& segment : segments) {
        if (tls)
          tls->send(segment);
        else
          peer.send(segment);
      }
      peer.wait_until_arrived();
      const auto start = monotonic_now();
      const std::chrono::microseconds off(200);  // more than a conversion between the clocks can be
      while (monotonic_now() < start + off) {
      }
      busy_until = monotonic_now();
    }
    // Not before: what comes while a segment is unread, an end too, can give that its own stamp.
    peer.wait_until_read();
    if (tls) tls->seal_close_notify();
    if (tls) tls->flush();
  });
  Plan plan = plan_for(server, with_tls, {ClosedLoop{1}, 1});
  plan.stream = true;
  RecordKeeper keeper;
  run(plan, {&keeper});
  LateRead result;
  result.record = std::move(keeper.records.at(0));
  for (const TokenEvent& e : result.record.events) {
    if (e.at + keeper.started_at > busy_until) result.timed_in_time = false;
  }
  return result;
}

TEST_CASE("events that came while nobody read are timed by the kernel, and marked as merged") {
  for (const bool tls : {false, true}) {
    INFO((tls ? "TLS" : "plain"));
    const auto [r, in_time] = late_read(tls, {stream_head + event("one"), event("two"), "data: [DONE]\n\n"});
    CHECK(r.outcome == Outcome::ok);
    CHECK(r.time_source == TimeSource::kernel);
    REQUIRE(r.events.size() == 2);
    CHECK_FALSE(r.events[0].merged);
    CHECK(r.events[1].merged);
    CHECK(r.first_token_merged);
    CHECK(r.time_source == TimeSource::kernel);
    CHECK(in_time);
  }
}

TEST_CASE("an event that came alone while nobody read loses nothing") {
  for (const bool tls : {false, true}) {
    INFO((tls ? "TLS" : "plain"));
    const auto [r, in_time] = late_read(tls, {stream_head + event("one", R"("stop")")});
    CHECK(r.outcome == Outcome::ok);
    REQUIRE(r.events.size() == 1);
    CHECK_FALSE(r.events[0].merged);
    CHECK_FALSE(r.first_token_merged);
    CHECK(r.time_source == TimeSource::kernel);
    CHECK(in_time);
  }
}

TEST_CASE("events that came one after the other are not marked as merged") {
  const RequestRecord r = record_of(
      [](Peer& peer, TlsPeer& tls) {
        for (const auto& part : {stream_head + event("one"), event("two"), event("three", R"("stop")")}) {
          tls.send(part);
          peer.wait_until_read();
        }
        tls.seal_close_notify();
        tls.flush();
      },
      true);
  CHECK(r.outcome == Outcome::ok);
  REQUIRE(r.events.size() == 3);
  for (const TokenEvent& e : r.events) CHECK_FALSE(e.merged);
  CHECK_FALSE(r.first_token_merged);
  CHECK(r.events[0].at < r.events[1].at);
  CHECK(r.events[1].at < r.events[2].at);
}

TEST_CASE("on loopback the kernel times every record of a run, with TLS and without") {
  for (const bool per_request : {false, true}) {
    const Simulator simulator(test::instant());
    const ScriptedServer plain([](Peer& peer, int) {
      while (!peer.read_request().empty()) peer.send(test::good_answer());
    });
    Plan plans[] = {test::plan_for(simulator, {{ClosedLoop{4}, 40}}),
                    plan_for(plain, false, {ClosedLoop{4}, 40})};
    plans[0].stream = true;
    for (Plan& plan : plans) {
      if (per_request) plan.connection = Connection::per_request;
      const auto records = records_of(plan);
      CHECK(records.size() == 40);
      for (const RequestRecord& r : records) {
        CHECK(r.outcome == Outcome::ok);
        CHECK(r.time_source == TimeSource::kernel);
      }
    }
  }
}

TEST_CASE("an end without close_notify behind a complete answer is fine") {
  const RequestRecord r = record_of(
      [](Peer&, TlsPeer& tls) { tls.send(test::answer(200, body, "Connection: close\r\n")); }, false);
  CHECK(r.outcome == Outcome::ok);
  CHECK(r.output == "one");
}

TEST_CASE("in a body that ends with the connection, only close_notify tells the end from a cut") {
  for (const bool notified : {false, true}) {
    const RequestRecord r = record_of(
        [notified](Peer&, TlsPeer& tls) {
          tls.send(open_head + body);
          if (notified) tls.seal_close_notify();
          tls.flush();
        },
        false);
    CHECK(r.outcome == (notified ? Outcome::ok : Outcome::incomplete));
  }
}

TEST_CASE("a server that changes its keys between two events is answered, and the stream goes on") {
  int key_updates = 0;
  std::optional<ScriptedServer> server;
  server.emplace([&](Peer& peer, int) {
    TlsPeer tls(peer, server_tls().context.get());
    const std::string done = event("two", R"("stop")") + "data: [DONE]\n\n";
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: " +
                             std::to_string(event("one").size() + done.size()) + "\r\n\r\n";
    while (!tls.read().empty()) {
      tls.seal(head + event("one"));
      tls.seal_key_update();
      tls.seal(done);
      tls.flush();
    }
    key_updates = tls.key_updates();
  });
  Plan plan = plan_for(*server, true, {ClosedLoop{1}, 3});
  plan.stream = true;
  const auto records = records_of(plan);
  REQUIRE(records.size() == 3);
  for (const RequestRecord& r : records) CHECK(r.output == "onetwo");
  CHECK(server->connections() == 1);
  server.reset();           // whose thread tells it behind the client's end
  CHECK(key_updates >= 2);  // the answer to the last one waits for a request that does not come
}

TEST_CASE("new keys and an answer that come before the request is out are read") {
  const ScriptedServer server([&](Peer& peer, int) {
    TlsPeer tls(peer, server_tls().context.get());
    if (tls.read().empty()) return;  // and no more: the rest never fits into the buffers
    tls.seal_key_update();
    tls.seal(test::answer(429, "slow down"));
    tls.flush();
    peer.wait_until_read();
  });
  Plan plan = plan_for(server, true, {ClosedLoop{1}, 1});
  plan.source = std::make_shared<PromptList>(std::vector<std::string>{std::string(20'000'000, 'x')});
  const auto records = records_of(plan);
  REQUIRE(records.size() == 1);
  CHECK(records[0].outcome == Outcome::rate_limited);
}

}  // namespace loop_arrival_times
