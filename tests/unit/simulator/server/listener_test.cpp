#include "simulator/server/listener.hpp"

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "support/raw_client.hpp"

namespace listener_test {

using namespace llmload;
using simulator::Listener;
using namespace std::chrono_literals;

/// A listener that counts what it accepts, and its io_context, which runs while `poll` is called.
struct Counting {
  boost::asio::io_context io;
  int accepted = 0;
  Listener listener{io, {}, [this](boost::asio::ip::tcp::socket) { ++accepted; }};
};

bool connects(const Listener& listener) { return test::RawClient(listener.port()).connected(); }

TEST_CASE("a listener refuses until it is open, and while it is closed, and keeps its port") {
  Counting c;
  const auto port = c.listener.port();
  CHECK_FALSE(connects(c.listener));
  c.listener.open();
  CHECK(connects(c.listener));
  c.io.run_one();
  while (c.accepted == 0) c.io.run_one();
  c.listener.close_for(1h);
  c.io.poll();
  CHECK_FALSE(connects(c.listener));
  CHECK(c.listener.port() == port);
}

TEST_CASE("a listener that was closed accepts again on the same port") {
  Counting c;
  c.listener.open();
  c.listener.close_for(1ms);
  while (!connects(c.listener)) c.io.run_one();
  while (c.accepted == 0) c.io.run_one();
  CHECK(c.accepted == 1);
}

TEST_CASE("a port on which somebody listens is wrong input") {
  Counting first;
  first.listener.open();
  SimulatorOptions options;
  options.port = first.listener.port();
  boost::asio::io_context io;
  CHECK_THROWS_AS(Listener(io, options, {}), InputError);
}

}  // namespace listener_test
