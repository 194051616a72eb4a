// Kept connections: the server may close them whenever it likes.
#include <atomic>
#include <future>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"

namespace loop_keep_alive {

using namespace llmload;
using test::count;
using test::good_answer;
using test::Peer;
using test::plan_for;
using test::ScriptedServer;

TEST_CASE("a connection that the server closed without a word is reopened: a reconnect, no failure") {
  const ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send(good_answer());
  });
  const Summary s = run(plan_for(server.url(), {{1, 5, {}}})).stages[0];
  CHECK(s.ok == 5);
  CHECK(s.reconnects == 4);
  CHECK(server.connections() == 5);
}

TEST_CASE("so is one that it announced to close") {
  const ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send(good_answer("Connection: close\r\n"));
  });
  const Summary s = run(plan_for(server.url(), {{2, 6, {}}})).stages[0];
  CHECK(s.ok == 6);
  CHECK(s.reconnects == 4);
}

TEST_CASE("a request that died without an answer on a kept connection is sent once more") {
  std::atomic<int> requests{0};
  const ScriptedServer server([&requests](Peer& peer, int connection) {
    while (!peer.read_request().empty()) {
      ++requests;
      if (connection == 0 && requests == 2) return peer.reset();
      peer.send(good_answer());
    }
  });
  const Summary s = run(plan_for(server.url(), {{1, 3, {}}})).stages[0];
  CHECK(s.ok == 3);
  CHECK(s.reconnects == 1);
  CHECK(requests == 4);
}

TEST_CASE("and not a third time") {
  std::atomic<int> requests{0};
  const ScriptedServer server([&requests](Peer& peer, int) {
    if (!peer.read_request().empty()) ++requests;
    peer.reset();
  });
  const Summary s = run(plan_for(server.url(), {{1, 1, {}}})).stages[0];
  CHECK(count(s, Outcome::reset) == 1);
  CHECK(requests == 2);
}

TEST_CASE("a request whose answer had begun is not sent again") {
  std::atomic<int> requests{0};
  const ScriptedServer server([&requests](Peer& peer, int) {
    while (!peer.read_request().empty()) {
      if (++requests == 2) return peer.send("HTTP/1.1 200 OK\r\nContent-Le");
      peer.send(good_answer());
    }
  });
  const Summary s = run(plan_for(server.url(), {{1, 2, {}}})).stages[0];
  CHECK(s.ok == 1);
  CHECK(count(s, Outcome::incomplete) == 1);
  CHECK(requests == 2);
}

TEST_CASE("a connection that can't be opened before the stage is tried once more when its request is due") {
  const ScriptedServer server([](Peer& peer, int connection) {
    if (connection == 0) return peer.reset();  // the handshake of the pre-opened one fails
    while (!peer.read_request().empty()) peer.send(good_answer());
  });
  const Summary s = run(plan_for(server.url(), {{1, 1, {}}})).stages[0];
  CHECK(s.ok == 1);
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
  Plan plan = plan_for(server.url(), {{1, 2, {}}});
  plan.prompts = std::make_shared<PromptList>(std::vector<std::string>{std::string(20'000'000, 'x')});
  const Summary s = run(plan).stages[0];
  CHECK(count(s, Outcome::rate_limited) == 1);
  CHECK(s.ok == 1);
}

TEST_CASE("bytes behind an answer make the connection unfit for the next request") {
  const ScriptedServer server([](Peer& peer, int) {
    while (!peer.read_request().empty()) peer.send(good_answer() + "surplus");
  });
  const Summary s = run(plan_for(server.url(), {{1, 3, {}}})).stages[0];
  CHECK(s.ok == 3);
  CHECK(server.connections() == 3);
}

}  // namespace loop_keep_alive
