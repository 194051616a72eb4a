#include "net/stream.hpp"

#include <atomic>

#include "support/catch.hpp"
#include "unit/net/stream_pair.hpp"

namespace stream_test {

using namespace llmload;
using net::IoStatus;
using net::monotonic_now;
using test::connect_ends;
using test::let_time_pass;
using test::StreamPair;

TEST_CASE("records that came in one read are all read before the stream waits, and carry its stamp") {
  StreamPair pair(connect_ends());
  pair.secure();
  pair.tls->seal("one");
  pair.tls->seal("two");
  pair.tls->seal("three");
  pair.tls->flush();
  pair.wait();
  CHECK(pair.read() == "one");
  const net::Arrival first = pair.stream.arrival();
  CHECK(pair.stream.has_pending());
  CHECK_FALSE(pair.stream.drained());
  CHECK(pair.read() == "two");
  CHECK_FALSE(pair.stream.drained());
  CHECK(pair.read() == "three");
  CHECK(pair.stream.drained());
  CHECK(first.source == TimeSource::kernel);
  CHECK(pair.stream.arrival().at == first.at);
  CHECK(pair.stream.arrival().read_at == first.read_at);
  CHECK(pair.status_of_read() == IoStatus::wants_read);
}

TEST_CASE("a record carries the stamp of the read that completed it") {
  StreamPair pair(connect_ends());
  pair.secure();
  pair.tls->seal("before");
  const std::string before = pair.tls->take();
  pair.tls->seal("hello");
  const std::string record = pair.tls->take();
  pair.far.send(before + record.substr(0, 10));
  pair.wait();
  CHECK(pair.read() == "before");
  const net::Arrival first = pair.stream.arrival();
  CHECK(pair.status_of_read() == IoStatus::wants_read);
  let_time_pass();
  const auto sent = monotonic_now();
  let_time_pass();
  pair.far.send(record.substr(10));
  pair.wait();
  CHECK(pair.read() == "hello");
  CHECK(first.at < sent);
  CHECK(pair.stream.arrival().at > sent);
  CHECK(pair.stream.arrival().source == TimeSource::kernel);
}

TEST_CASE("every connection is stamped by the kernel from its first bytes on") {
  for (const bool tls : {false, true}) {
    for (int i = 0; i < 20; ++i) {
      StreamPair pair(connect_ends());
      if (tls) pair.secure();
      if (!tls) pair.far.send("x");
      if (!tls) pair.wait();
      if (!tls) pair.read();
      CHECK(pair.stream.arrival().source == TimeSource::kernel);
    }
  }
}

TEST_CASE("a peer that asks for new keys is answered, and data goes on in both directions") {
  StreamPair pair(connect_ends());
  pair.secure();
  auto& tls = *pair.tls;
  for (int updates = 1; updates <= 3; ++updates) {
    tls.seal("before");
    tls.seal_key_update();
    tls.seal("after");
    tls.flush();
    pair.wait();
    CHECK(pair.read() == "before");
    CHECK(pair.read() == "after");
    pair.write("thanks");
    CHECK(tls.read() == "thanks");
    CHECK(tls.key_updates() == updates);
    pair.write("again");
    CHECK(tls.read() == "again");
  }
}

TEST_CASE("new keys whose answer can't be sent do not keep the stream from reading") {
  StreamPair pair(connect_ends(4096));
  pair.secure();
  auto& tls = *pair.tls;
  const std::string request(1'000'000, 'x');
  std::string_view unsent = request;
  for (;;) {
    const auto result = pair.stream.write_some(unsent);
    unsent.remove_prefix(result.bytes);
    if (result.status == IoStatus::wants_write) break;
    REQUIRE(result.status == IoStatus::ok);
  }
  REQUIRE_FALSE(unsent.empty());
  tls.seal("before");
  tls.seal_key_update();
  tls.seal("after");
  tls.flush();
  pair.wait();
  CHECK(pair.read() == "before");
  CHECK(pair.read() == "after");
  tls.seal("later");
  tls.flush();
  pair.wait();
  CHECK(pair.read() == "later");

  auto received = std::async(std::launch::async, [&] {
    std::string all;
    while (all.size() < request.size()) {
      const std::string more = tls.read();
      if (more.empty()) break;
      all += more;
    }
    return all;
  });
  while (!unsent.empty()) {
    const auto result = pair.stream.write_some(unsent);
    unsent.remove_prefix(result.bytes);
    if (result.status == IoStatus::wants_write) pair.wait(true);
    INFO(pair.stream.error());
    REQUIRE((result.status == IoStatus::wants_write || result.status == IoStatus::ok));
  }
  CHECK(received.get() == request);
  CHECK(tls.key_updates() == 1);
}

TEST_CASE("an end with close_notify is a clean end") {
  StreamPair pair(connect_ends());
  pair.secure();
  pair.tls->seal("last");
  pair.tls->seal_close_notify();
  pair.tls->flush();
  pair.far.close();
  pair.wait();
  CHECK(pair.read() == "last");
  CHECK(pair.status_of_read() == IoStatus::eof);
  CHECK(pair.stream.clean_eof());
  CHECK(pair.stream.error().empty());
}

TEST_CASE("an end without close_notify is an end, but not a clean one") {
  StreamPair pair(connect_ends());
  pair.secure();
  pair.tls->seal("last");
  pair.tls->flush();
  pair.wait();
  CHECK(pair.read() == "last");
  pair.far.close();
  pair.wait();
  CHECK(pair.status_of_read() == IoStatus::eof);
  CHECK_FALSE(pair.stream.clean_eof());
  CHECK(pair.stream.error().empty());
}

TEST_CASE("an end within a record is no clean end either") {
  StreamPair pair(connect_ends());
  pair.secure();
  pair.tls->seal("last");
  pair.far.send(pair.tls->take().substr(0, 10));
  pair.far.close();
  pair.wait();
  IoStatus status = pair.status_of_read();
  if (status == IoStatus::wants_read) {
    pair.wait();
    status = pair.status_of_read();
  }
  CHECK(status == IoStatus::eof);
  CHECK_FALSE(pair.stream.clean_eof());
}

TEST_CASE("without TLS every orderly end is clean") {
  StreamPair pair(connect_ends());
  pair.far.close();
  pair.wait();
  CHECK(pair.status_of_read() == IoStatus::eof);
  CHECK(pair.stream.clean_eof());
}

TEST_CASE("a reset is an error that says so") {
  for (const bool tls : {false, true}) {
    StreamPair pair(connect_ends());
    if (tls) pair.secure();
    pair.far.reset();
    pair.wait();
    CHECK(pair.status_of_read() == IoStatus::error);
    CHECK(pair.stream.error() == "Connection reset by peer");
    CHECK_FALSE(pair.stream.clean_eof());
  }
}

TEST_CASE("an error of a peer that is not verified says nothing of its certificate") {
  StreamPair pair(connect_ends());
  pair.secure();
  pair.far.send("this is no record of TLS, and longer than a record's head");
  pair.wait();
  CHECK(pair.status_of_read() == IoStatus::error);
  CHECK_FALSE(pair.stream.error().empty());
  CHECK(pair.stream.error().find("certificate") == std::string::npos);
}

TEST_CASE("a look tells whether bytes or an end are there that nothing told of") {
  for (const bool tls : {false, true}) {
    INFO("TLS " << tls);
    StreamPair pair(connect_ends());
    if (tls) pair.secure();
    std::string buffer(100, '\0');
    while (pair.stream.look(buffer).status != IoStatus::wants_read) {  // tickets
    }
    tls ? pair.tls->send("surprise") : pair.far.send("surprise");
    pair.far.wait_until_arrived();
    const auto found = pair.stream.look(buffer);
    CHECK(found.status == IoStatus::ok);
    CHECK(buffer.substr(0, found.bytes) == "surprise");
    pair.far.end();
    pair.far.wait_until_arrived();
    CHECK(pair.stream.look(buffer).status == IoStatus::eof);
  }
}

TEST_CASE("an end that is announced while nobody waits is there to be read, though the socket is empty") {
  StreamPair pair(connect_ends());
  pair.secure();
  pair.tls->seal_close_notify();
  pair.tls->flush();
  pair.io.restart();
  while (pair.stream.drained()) pair.io.run_one();
  CHECK(pair.status_of_read() == IoStatus::eof);
  CHECK(pair.stream.clean_eof());
}

TEST_CASE("the least round trip of a connection is known from its first packets on") {
  const StreamPair pair(connect_ends());
  CHECK(pair.stream.min_rtt() > std::chrono::seconds(0));
  CHECK(pair.stream.min_rtt() < std::chrono::seconds(1));
}

TEST_CASE("between two waits no more is read than a turn's bytes, whatever is there, and nothing is lost") {
  for (const bool tls : {false, true}) {
    StreamPair pair(connect_ends());
    if (tls) pair.secure();
    constexpr std::size_t size = 8 * 1024 * 1024, piece = 16 * 1024;
    auto sending = std::async(std::launch::async, [&] {
      for (std::size_t sent = 0; sent < size; sent += piece) {
        if (tls)
          pair.tls->send(std::string(piece, 'x'));
        else
          pair.far.send(std::string(piece, 'x'));
      }
    });
    std::string buffer(64 * 1024, '\0');
    std::size_t all = 0;
    while (all < size) {
      pair.wait();
      std::size_t in_turn = 0;
      while (!pair.stream.must_wait()) {
        const auto result = pair.stream.read_some(buffer);
        INFO(pair.stream.error());
        if (result.status == IoStatus::wants_read) break;  // a part of a record
        REQUIRE(result.status == IoStatus::ok);
        in_turn += result.bytes;
      }
      CHECK(in_turn <= net::Turn::most_bytes + buffer.size());
      all += in_turn;
    }
    sending.get();
    CHECK(all == size);
  }
}

TEST_CASE("what a turn left over is read by the next one, which knows that it goes on") {
  StreamPair pair(connect_ends());
  pair.far.send("ab");
  pair.far.wait_until_arrived();
  pair.wait();
  CHECK_FALSE(pair.stream.goes_on());
  char byte = 0;
  REQUIRE(pair.stream.read_some({&byte, 1}).bytes == 1);
  const net::Time end = monotonic_now() + net::Turn::longest;
  while (monotonic_now() < end) {
  }
  CHECK_FALSE(pair.stream.must_wait());
  CHECK(pair.status_of_read() == IoStatus::wants_read);
  CHECK(pair.stream.must_wait());
  CHECK_FALSE(pair.stream.drained());
  pair.wait();
  CHECK(pair.stream.goes_on());
  CHECK(pair.read() == "b");
}

TEST_CASE("TLS records on and on without data end a handshake, and a read") {
  const std::string hello_request{"\x16\x03\x03\x00\x04\x00\x00\x00\x00", 9};
  for (const bool secured : {false, true}) {
    StreamPair pair(connect_ends());
    if (secured) pair.secure();
    auto flood = std::async(std::launch::async, [&] {
      if (!secured) (void)pair.far.read(64 * 1024);  // the hello
      for (int blocks = 0; blocks < 20; ++blocks) {
        std::string block;
        for (int i = 0; i < 1000; ++i) {
          if (secured)
            pair.tls->seal_key_update();
          else
            block += hello_request;
        }
        pair.far.send(secured ? pair.tls->take() : block);
      }
    });
    if (secured) {
      IoStatus status = IoStatus::wants_read;
      while (status == IoStatus::wants_read) {
        pair.wait();
        status = pair.status_of_read();
      }
      CHECK(status == IoStatus::error);
    } else {
      CHECK_FALSE(pair.wait_for(pair.stream.handshake(pair.client.connection("127.0.0.1", "1"), false)));
    }
    CHECK(pair.stream.error() == "TLS records on and on, and no data in them");
    pair.stream.close();
    flood.get();
  }
}

}  // namespace stream_test
