#include "simulator/faults/flood.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "support/catch.hpp"
#include "unit/net/stream_pair.hpp"

namespace flood_test {

using namespace llmload;
using namespace llmload::simulator;

TEST_CASE("a flood is as long as asked for, and others have their turn after each block") {
  const test::Ends ends = test::connect_ends();
  test::Peer far(ends.far);
  net::ArrivalClock clock;
  boost::asio::io_context io;
  ClientConnections open;
  net::Poller poller(io.get_executor());
  ClientConnection connection(open, poller, clock);
  REQUIRE(connection.adopt({io, boost::asio::ip::tcp::v4(), ends.near}));
  int turns = 0;
  std::function<void()> other = [&] {
    ++turns;
    boost::asio::post(io, other);
  };
  boost::asio::post(io, other);
  std::optional<bool> sent;
  // All of it fits into the socket: it never waits for the client.
  boost::asio::co_spawn(io, flood(connection, "0123456789", 95),
                        [&](std::exception_ptr, bool result) { sent = result; });
  while (!sent) io.run_one();
  CHECK(*sent);
  CHECK(turns >= 10);
  std::string all;
  while (all.size() < 95) all += far.read(1000);
  CHECK(all.substr(0, 20) == "01234567890123456789");
  CHECK(all.ends_with("901234"));
}

TEST_CASE("a flood ends where the client does") {
  const test::Ends ends = test::connect_ends();
  test::Peer far(ends.far);
  net::ArrivalClock clock;
  boost::asio::io_context io;
  ClientConnections open;
  net::Poller poller(io.get_executor());
  ClientConnection connection(open, poller, clock);
  REQUIRE(connection.adopt({io, boost::asio::ip::tcp::v4(), ends.near}));
  std::optional<bool> sent;
  const std::string block(flood_block, 'x');
  boost::asio::co_spawn(io, flood(connection, block, flood_size),
                        [&](std::exception_ptr, bool result) { sent = result; });
  io.run_one();
  far.reset();
  while (!sent) io.run_one();
  CHECK_FALSE(*sent);
}

}  // namespace flood_test
