#include "net/stamped_socket.hpp"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

#include "support/catch.hpp"

namespace stamped_socket_test {

using namespace llmload;
using net::ArrivalClock;
using net::monotonic_now;
using net::StampedSocket;

/// Two ends of a TCP connection over loopback.
struct Pair {
  Pair() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listener, any, size) == 0);
    REQUIRE(::listen(listener, 1) == 0);
    REQUIRE(::getsockname(listener, any, &size) == 0);
    far = ::socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(::connect(far, any, size) == 0);
    near = ::accept(listener, nullptr, nullptr);
    REQUIRE(near >= 0);
    ::close(listener);
    socket.attach(near);
  }
  explicit Pair(TimeSource wanted) : Pair() {
    socket = StampedSocket(clock, wanted);
    socket.attach(near);
  }
  ~Pair() {
    ::close(near);
    if (far >= 0) ::close(far);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  void send(const std::string& text) const {
    REQUIRE(::send(far, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
  }
  void wait_readable() {
    pollfd p{near, POLLIN, 0};
    REQUIRE(::poll(&p, 1, 10'000) == 1);
    socket.ready(true, false, false, {});
  }
  std::string receive(std::size_t most) {
    std::string buffer(most, '\0');
    const auto n = socket.receive(buffer.data(), most);
    REQUIRE(n >= 0);
    buffer.resize(static_cast<std::size_t>(n));
    return buffer;
  }

  ArrivalClock clock;
  StampedSocket socket{clock, TimeSource::kernel};
  int near = -1, far = -1;
};

/// Sends and reads one byte again and again until the kernel has stamped one, which it begins to do a little
/// after the first socket asked; returns that one's arrival. Empty where it never stamps.
std::optional<net::Arrival> stamped_arrival(Pair& pair) {
  for (int i = 0; i < 100'000; ++i) {
    pair.send("x");
    pair.wait_readable();
    REQUIRE(pair.receive(100) == "x");
    const net::Arrival arrival = pair.socket.arrival();
    if (arrival.read_lag) return arrival;
  }
  return std::nullopt;
}

TEST_CASE("bytes carry the kernel's stamp, between the send and the read") {
  const net::StampingKeeper keeper;
  Pair pair;
  // The kernel turns stamping on a little after the first socket asked: send until it has.
  net::Time before, after;
  bool stamped = false;
  for (int i = 0; i < 100'000 && !stamped; ++i) {
    before = monotonic_now();
    pair.send("x");
    pair.wait_readable();
    REQUIRE(pair.receive(100) == "x");
    after = monotonic_now();
    stamped = pair.socket.arrival().source == TimeSource::kernel;
  }
  REQUIRE(stamped);
  const auto& arrival = pair.socket.arrival();
  const std::chrono::microseconds pairing(100);  // how far a conversion between the clocks can be off
  CHECK(arrival.at >= before - pairing);
  CHECK(arrival.at <= arrival.read_at);
  CHECK(arrival.read_at <= after);
  CHECK_FALSE(arrival.reordered);
}

TEST_CASE("stamps of a connection never go back") {
  const net::StampingKeeper keeper;
  Pair pair;
  net::Time last;
  for (int i = 0; i < 200; ++i) {
    pair.send("0123456789");
    pair.wait_readable();
    CHECK(pair.receive(10) == "0123456789");
    CHECK(pair.socket.arrival().at >= last);
    last = pair.socket.arrival().at;
  }
}

TEST_CASE("after the wall clock was set, one read is timed by itself and the next does not go behind it") {
  const net::StampingKeeper keeper;
  Pair pair;
  pair.send("abcdef");
  pair.wait_readable();
  const net::Time arrived = monotonic_now();
  const std::chrono::hours an_hour(1);
  net::ClockReading earlier = net::read_clocks();
  earlier.wall -= an_hour;
  REQUIRE(pair.clock.to_monotonic(earlier.wall, earlier));
  CHECK(pair.receive(3) == "abc");
  const net::Arrival stepped = pair.socket.arrival();
  CHECK(stepped.source == TimeSource::user);
  CHECK(stepped.at == stepped.read_at);
  CHECK(stepped.at > arrived);
  CHECK_FALSE(stepped.reordered);
  // These arrived with the others, which count as of the read.
  CHECK(pair.receive(3) == "def");
  CHECK(pair.socket.arrival().at >= stepped.at);
}

TEST_CASE("where the kernel is not asked, bytes are timed at the read") {
  const net::StampingKeeper keeper;
  Pair pair;
  StampedSocket socket(pair.clock, TimeSource::user);
  pair.send("x");
  pair.wait_readable();
  const net::Time before = monotonic_now();
  const int unasked = ::dup(pair.near);
  const unsigned none = 0;
  ::setsockopt(unasked, SOL_SOCKET, SO_TIMESTAMPING, &none, sizeof none);
  socket.attach(unasked);
  socket.ready(true, false, false, {});
  char byte = 0;
  CHECK(socket.receive(&byte, 1) == 1);
  CHECK(socket.arrival().source == TimeSource::user);
  CHECK(socket.arrival().at >= before);
  CHECK(socket.arrival().at == socket.arrival().read_at);
  ::close(unasked);
}

TEST_CASE("after a short read the socket says EAGAIN until the reactor says readable") {
  Pair pair;
  char buffer[100];
  pair.send("abc");
  pair.wait_readable();
  CHECK(pair.receive(100) == "abc");
  pair.send("def");
  pollfd p{pair.near, POLLIN, 0};
  REQUIRE(::poll(&p, 1, 10'000) == 1);
  CHECK(pair.socket.receive(buffer, sizeof buffer) == -1);
  CHECK(errno == EAGAIN);
  pair.socket.ready(true, false, false, {});
  CHECK(pair.receive(100) == "def");
}

TEST_CASE("a read that filled its buffer may be followed by another at once") {
  Pair pair;
  pair.send("abcdef");
  pair.wait_readable();
  CHECK(pair.receive(4) == "abcd");
  CHECK(pair.receive(4) == "ef");
}

TEST_CASE("an empty socket says EAGAIN and does not block") {
  Pair pair;
  char buffer[10];
  CHECK(pair.socket.receive(buffer, sizeof buffer) == -1);
  CHECK(errno == EAGAIN);
}

TEST_CASE("the peer's end is 0 bytes, and a send to a peer that is gone is an error without SIGPIPE") {
  Pair pair;
  ::close(std::exchange(pair.far, -1));
  pair.wait_readable();
  CHECK(pair.receive(10).empty());
  // The first send is answered by a reset, which a later send meets.
  std::ptrdiff_t sent = 0;
  for (int i = 0; i < 100'000 && sent >= 0; ++i) sent = pair.socket.send("x", 1);
  CHECK(sent == -1);
  CHECK((errno == EPIPE || errno == ECONNRESET));
}

TEST_CASE("a socket that is attached anew has forgotten the one before") {
  Pair first, second;
  first.send("abc");
  first.wait_readable();
  CHECK(first.receive(100) == "abc");
  first.socket.attach(second.near);
  CHECK(first.socket.arrival().at == net::Time());
  second.send("new");
  pollfd p{second.near, POLLIN, 0};
  REQUIRE(::poll(&p, 1, 10'000) == 1);
  first.socket.ready(true, false, false, {});
  CHECK(first.receive(100) == "new");
}

TEST_CASE("with the kernel's stamps the read lag is from the arrival to the read") {
  const net::StampingKeeper keeper;
  Pair pair;
  const auto arrival = stamped_arrival(pair);
  REQUIRE(arrival);
  CHECK(arrival->source == TimeSource::kernel);
  CHECK(*arrival->read_lag >= std::chrono::nanoseconds(0));
  CHECK(arrival->at + *arrival->read_lag == arrival->read_at);
}

TEST_CASE("where arrivals are to be timed at the read, the kernel's stamps still tell the read lag") {
  const net::StampingKeeper keeper;
  Pair pair(TimeSource::user);
  const auto arrival = stamped_arrival(pair);
  REQUIRE(arrival);
  CHECK(arrival->source == TimeSource::user);
  CHECK(arrival->at == arrival->read_at);
  CHECK(*arrival->read_lag >= std::chrono::nanoseconds(0));
}

TEST_CASE("the read lag tells how long bytes had been there, whatever times the arrivals") {
  const net::StampingKeeper keeper;
  for (const auto wanted : {TimeSource::kernel, TimeSource::user}) {
    Pair pair(wanted);
    REQUIRE(stamped_arrival(pair));
    pair.send("late");
    pollfd p{pair.near, POLLIN, 0};
    REQUIRE(::poll(&p, 1, 10'000) == 1);
    const net::Time there = monotonic_now();
    while (monotonic_now() < there + std::chrono::milliseconds(5)) {
    }
    pair.socket.ready(true, false, false, {});
    CHECK(pair.receive(10) == "late");
    const std::chrono::microseconds pairing(100);  // how far a conversion between the clocks can be off
    REQUIRE(pair.socket.arrival().read_lag);
    CHECK(*pair.socket.arrival().read_lag >= std::chrono::milliseconds(5) - pairing);
  }
}

TEST_CASE("a read without the kernel's stamp has no read lag") {
  const net::StampingKeeper keeper;
  Pair pair;
  REQUIRE(stamped_arrival(pair));
  const unsigned none = 0;
  ::setsockopt(pair.near, SOL_SOCKET, SO_TIMESTAMPING, &none, sizeof none);
  pair.send("x");
  pair.wait_readable();
  CHECK(pair.receive(10) == "x");
  CHECK(pair.socket.arrival().source == TimeSource::user);
  CHECK_FALSE(pair.socket.arrival().read_lag);
}

TEST_CASE("of our own reads, one that left bytes behind does not tell when those came") {
  Pair pair(TimeSource::user);
  const net::Time before = monotonic_now();
  pair.send("abcdef");
  pair.wait_readable();
  CHECK(pair.receive(4) == "abcd");
  CHECK(pair.receive(4) == "ef");
  CHECK(pair.socket.arrival().earliest < before);
}

TEST_CASE("of our own reads, one that emptied the socket was begun before the next bytes came") {
  Pair pair(TimeSource::user);
  pair.send("abc");
  pair.wait_readable();
  const net::Time before = monotonic_now();
  CHECK(pair.receive(100) == "abc");
  const net::Time read_at = pair.socket.arrival().read_at;
  pair.send("def");
  pair.wait_readable();
  CHECK(pair.receive(100) == "def");
  CHECK_FALSE(pair.socket.arrival().exact);
  CHECK(pair.socket.arrival().earliest >= before);
  CHECK(pair.socket.arrival().earliest < read_at);  // bytes may have come between the read and its clock
}

}  // namespace stamped_socket_test
