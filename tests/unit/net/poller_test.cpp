#include "net/poller.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>

#include "net/arrival_clock.hpp"
#include "support/catch.hpp"

namespace poller_test {

using llmload::net::Poller;

/// One end of a socket pair that is told, and the other.
struct Told final : Poller::Target {
  explicit Told(Poller& the_poller) : poller(the_poller) {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, &ends[0]) == 0);
    near = ends[0];
    far = ends[1];
    REQUIRE(poller.add(near, *this));
  }
  ~Told() {
    leave();
    ::close(near);
    ::close(far);
  }
  void on_ready(std::uint32_t events) override {
    if ((events & EPOLLIN) == 0) return;
    ++told;
    if (then) then();
  }
  void on_rested() override {
    ++rested;
    if (then) then();
  }
  void abandon() override { abandoned = true; }
  void leave() {
    if (!left && !abandoned) poller.remove(near, *this);
    left = true;
  }
  void send() const { REQUIRE(::send(far, "x", 1, 0) == 1); }

  Poller& poller;
  int near = -1, far = -1;
  int told = 0, rested = 0;
  bool left = false, abandoned = false;
  std::function<void()> then;
};

TEST_CASE("all that is ready is told, and what was told once is not told again") {
  boost::asio::io_context io;
  Poller poller(io.get_executor());
  Told a(poller), b(poller), c(poller);
  a.send();
  b.send();
  while (a.told == 0 || b.told == 0) io.run_one();
  io.poll();
  CHECK(a.told == 1);
  CHECK(b.told == 1);
  CHECK(c.told == 0);
  a.send();
  while (a.told == 1) io.run_one();
  CHECK(a.told == 2);
}

TEST_CASE("who rests is told once, behind what was posted before, and may rest again") {
  boost::asio::io_context io;
  Poller poller(io.get_executor());
  Told a(poller), b(poller);
  bool posted = false;
  boost::asio::post(io, [&] { posted = true; });
  a.then = [&] {
    CHECK(posted);
    if (a.rested < 3) poller.rest(a);
    CHECK(b.rested == 1);  // it has its turn before another one of ours
  };
  poller.rest(b);
  poller.rest(a);
  CHECK(a.rested + b.rested == 0);
  io.poll();
  CHECK(a.rested == 3);
  CHECK(b.rested == 1);
}

TEST_CASE("who leaves while it rests, or while others are told that they have, is not told") {
  boost::asio::io_context io;
  Poller poller(io.get_executor());
  Told a(poller), b(poller), c(poller);
  a.then = [&b] { b.leave(); };
  for (Told* target : {&a, &b, &c}) poller.rest(*target);
  c.leave();
  io.poll();
  CHECK(a.rested == 1);
  CHECK(b.rested + c.rested == 0);
}

TEST_CASE("who leaves while others are told is not told any more") {
  boost::asio::io_context io;
  Poller poller(io.get_executor());
  Told a(poller), b(poller);
  a.then = [&b] { b.leave(); };
  b.then = [&a] { a.leave(); };
  a.send();
  b.send();
  while (a.told + b.told == 0) io.run_one();
  io.poll();
  CHECK(a.told + b.told == 1);
}

TEST_CASE("who is told may destroy itself and another") {
  boost::asio::io_context io;
  Poller poller(io.get_executor());
  auto a = std::make_unique<Told>(poller), b = std::make_unique<Told>(poller);
  int told = 0;
  const auto destroy_both = [&] {
    ++told;
    const auto gone_a = std::move(a), gone_b = std::move(b);
  };
  a->then = b->then = [&destroy_both, &told] {
    if (told == 0) destroy_both();
  };
  a->send();
  b->send();
  while (told == 0) io.run_one();
  io.poll();
  CHECK(told == 1);
}

TEST_CASE("without anyone to tell the io_context runs dry") {
  boost::asio::io_context io;
  Poller poller(io.get_executor());
  {
    const Told a(poller);
    io.poll();
    CHECK_FALSE(io.stopped());
  }
  io.run();
  CHECK(io.stopped());
  Told again(poller);
  again.send();
  io.restart();
  while (again.told == 0) io.run_one();
}

TEST_CASE("a poller that ends tells those who are left") {
  boost::asio::io_context io;
  auto poller = std::make_unique<Poller>(io.get_executor());
  Told a(*poller);
  poller.reset();
  CHECK(a.abandoned);
}

TEST_CASE("what a target is told of came behind a look that found it empty") {
  boost::asio::io_context io;
  Poller poller(io.get_executor());
  Told a(poller), b(poller);
  CHECK(poller.empty_since() == llmload::net::Time());
  a.send();
  while (a.told == 0) io.run_one();
  io.poll();
  const llmload::net::Time first = poller.empty_since();  // a look that found nothing more
  CHECK(first > llmload::net::Time());
  llmload::net::Time since;
  b.then = [&] { since = poller.empty_since(); };
  const llmload::net::Time before = llmload::net::monotonic_now();
  b.send();
  while (b.told == 0) io.run_one();
  CHECK(since == first);
  CHECK(since < before);
}

}  // namespace poller_test
