// Kept connections: the server may close them whenever it likes.
#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>

#include "support/catch.hpp"
#include "support/held_thread.hpp"
#include "support/plans.hpp"
#include "support/record_checks.hpp"
#include "support/scripted_server.hpp"

namespace loop_keep_alive {

using namespace llmload;
using test::count;
using test::good_answer;
using test::Peer;
using test::plan_for;
using test::RecordKeeper;
using test::ScriptedServer;

/// Keeps the client from sending request `first`, the next ... but the `last` one, until the server lets it:
/// they are not made.
class Gate : public RequestSource {
 public:
  Gate(std::uint64_t first, std::uint64_t last) : open_until_(first), last_(last) {}
  [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& of) const override {
    asked_for_ = of.index;
    asked_for_.notify_all();
    for (std::uint64_t n = open_until_; of.index >= n && of.index != last_; n = open_until_)
      open_until_.wait(n);
    return std::make_shared<const RequestSpec>(ask("hello"));
  }
  /// For one more, and waits until it can be sent: the next one is then asked for.
  void open() {
    const std::uint64_t let_through = open_until_++;
    open_until_.notify_all();
    for (std::uint64_t n = asked_for_; n <= let_through; n = asked_for_) asked_for_.wait(n);
  }

 private:
  mutable std::atomic<std::uint64_t> open_until_, asked_for_{0};
  const std::uint64_t last_;
};

/// Lets the client send its next request while what `send` sends has arrived, and the client was not told.
void go_on_untold(Gate& gate, Peer& peer, const std::function<void()>& send) {
  peer.wait_until_read();
  const test::HeldThread held("shard 0");
  send();
  peer.wait_until_arrived();
  gate.open();
}

TEST_CASE("a connection that the server closed without a word is reopened: a reconnect, no failure") {
  const auto gate = std::make_shared<Gate>(1, 5);
  const ScriptedServer server([&gate](Peer& peer, int connection) {
    while (!peer.read_request().empty()) {
      peer.send(good_answer());
      if (connection < 4) return go_on_untold(*gate, peer, [&peer] { peer.end(); });
    }
  });
  Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 6}});
  plan.source = gate;
  plan.kernel_time = false;  // without stamps the connection is looked at before each request
  RecordKeeper keeper;
  const Summary s = run(plan, {&keeper}).stages[0];
  CHECK(s.ok == 6);
  CHECK(s.reconnects == 4);
  CHECK(s.attempts == 6);
  CHECK(s.stale_answers == 0);
  CHECK(server.connections() == 5);
  for (const RequestRecord& r : keeper.records) CHECK(test::contradiction(r) == "");
}

TEST_CASE("bytes that come before a request goes out answer nobody: it goes over a fresh connection") {
  for (const bool kernel_time : {true, false}) {
    INFO("kernel time " << kernel_time);
    const auto gate = std::make_shared<Gate>(1, 2);
    const ScriptedServer server([&gate](Peer& peer, int connection) {
      while (!peer.read_request().empty()) {
        peer.send(good_answer());
        if (connection > 0) continue;
        go_on_untold(*gate, peer, [&peer] { peer.send(test::answer(500, "nobody asked")); });
        return peer.wait_for_end();
      }
    });
    Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 3}});
    plan.source = gate;
    plan.kernel_time = kernel_time;
    RecordKeeper keeper;
    const Summary s = run(plan, {&keeper}).stages[0];
    CHECK(s.ok == 3);
    CHECK(s.stale_answers == 1);
    CHECK(s.reconnects == 1);
    // A stamp tells it when the request is out; a look before.
    CHECK(s.attempts == (kernel_time ? 4 : 3));
    CHECK(s.retried == (kernel_time ? 1 : 0));
    for (const RequestRecord& r : keeper.records) CHECK(test::contradiction(r) == "");
  }
}

TEST_CASE("a server that speaks first on each connection is no HTTP server") {
  const ScriptedServer server([](Peer& peer, int) {
    peer.send("220 welcome\r\n");
    peer.wait_until_arrived();
    peer.wait_for_end();
  });
  for (const bool kernel_time : {true, false}) {
    Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 2}});
    plan.kernel_time = kernel_time;
    RecordKeeper keeper;
    const Summary s = run(plan, {&keeper}).stages[0];
    CHECK(count(s, Outcome::bad_response) == 2);
    for (const RequestRecord& r : keeper.records) {
      CHECK_FALSE(r.error.empty());
      CHECK(test::contradiction(r) == "");
    }
  }
}

TEST_CASE("so is one that it announced to close") {
  const ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send(good_answer("Connection: close\r\n"));
  });
  const Summary s = run(plan_for(server.url(), {{ClosedLoop{2}, 6}})).stages[0];
  CHECK(s.ok == 6);
  CHECK(s.reconnects == 4);
}

TEST_CASE("a request that the server may have read is not sent again: its connection's end is its own") {
  std::atomic<int> requests{0};
  const ScriptedServer server([&requests](Peer& peer, int connection) {
    while (!peer.read_request().empty()) {
      ++requests;
      if (connection == 0 && requests == 2) return peer.reset();
      peer.send(good_answer());
    }
  });
  const Summary s = run(plan_for(server.url(), {{ClosedLoop{1}, 3}})).stages[0];
  CHECK(s.ok == 2);
  CHECK(count(s, Outcome::reset) == 1);
  CHECK(s.reconnects == 1);
  CHECK(s.attempts == 3);
  CHECK(requests == 3);
}

TEST_CASE("nor is the first request of each connection, which a server drops") {
  std::atomic<int> requests{0};
  const ScriptedServer server([&requests](Peer& peer, int) {
    if (!peer.read_request().empty()) ++requests;
    peer.reset();
  });
  const Summary s = run(plan_for(server.url(), {{ClosedLoop{1}, 3}})).stages[0];
  CHECK(count(s, Outcome::reset) == 3);
  CHECK(s.attempts == 3);
  CHECK(requests == 3);
}

TEST_CASE("a request whose answer had begun is not sent again") {
  std::atomic<int> requests{0};
  const ScriptedServer server([&requests](Peer& peer, int) {
    while (!peer.read_request().empty()) {
      if (++requests == 2) return peer.send("HTTP/1.1 200 OK\r\nContent-Le");
      peer.send(good_answer());
    }
  });
  const Summary s = run(plan_for(server.url(), {{ClosedLoop{1}, 2}})).stages[0];
  CHECK(s.ok == 1);
  CHECK(count(s, Outcome::incomplete) == 1);
  CHECK(requests == 2);
}

TEST_CASE("a connection that can't be opened before the stage is tried once more when its request is due") {
  for (std::uint64_t seed = 1; seed < 100; ++seed) {
    SimulatorOptions options = test::instant();
    options.faults = {{Fault::tls_close, 0.5}};
    options.seed = seed;
    const Simulator simulator(options);
    const Summary s = run(plan_for(simulator, {{ClosedLoop{1}, 1}})).stages[0];
    if (simulator.faults() != 1 || simulator.connections() != 2) continue;
    CHECK(s.ok == 1);
    return;
  }
  FAIL("no seed draws a fault for the first connection and none for the second");
}

TEST_CASE("a connection that ended before its first request is opened anew") {
  const auto gate = std::make_shared<Gate>(0, 1);
  const ScriptedServer server([&gate](Peer& peer, int connection) {
    if (connection == 0) {
      peer.end();
      peer.wait_until_arrived();
      gate->open();
      return peer.wait_for_end();
    }
    while (!peer.read_request().empty()) peer.send(good_answer());
  });
  Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 2}});
  plan.source = gate;
  const Summary s = run(plan).stages[0];
  CHECK(s.ok == 2);
  CHECK(s.reconnects == 1);
  CHECK(s.attempts == 2);
}

TEST_CASE("an answer that comes before the request is out leaves no connection to reuse") {
  std::promise<void> next_connection;
  const ScriptedServer server([&](Peer& peer, int connection) {
    if (connection == 0) {
      peer.read(1000);  // and no more: the rest never fits into the buffers
      peer.send(test::answer(429, "slow down"));
      return next_connection.get_future().wait();
    }
    next_connection.set_value();
    while (!peer.read_request().empty()) peer.send(good_answer());
  });
  Plan plan = plan_for(server.url(), {{ClosedLoop{1}, 2}});
  plan.source = std::make_shared<PromptList>(std::vector<std::string>{std::string(10'000'000, 'x')});
  const Summary s = run(plan).stages[0];
  CHECK(count(s, Outcome::rate_limited) == 1);
  CHECK(s.ok == 1);
}

TEST_CASE("bytes behind an answer make the connection unfit for the next request") {
  const ScriptedServer server([](Peer& peer, int) {
    while (!peer.read_request().empty()) peer.send(good_answer() + "surplus");
  });
  const Summary s = run(plan_for(server.url(), {{ClosedLoop{1}, 3}})).stages[0];
  CHECK(s.ok == 3);
  CHECK(s.stale_answers == 3);
  CHECK(server.connections() == 3);
}

}  // namespace loop_keep_alive
