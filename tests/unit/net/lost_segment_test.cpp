// What the kernel's stamps are worth when a segment was lost, on a network of our own.
#include <array>

#include "net/arrival_clock.hpp"
#include "support/catch.hpp"
#include "support/tun_pair.hpp"
#include "unit/net/stream_pair.hpp"

namespace lost_segment_test {

using namespace llmload;
using net::monotonic_now;
using test::let_time_pass;

/// Beyond this from stamp to read, a stream asks whether a segment was lost (2 ms).
void let_a_read_become_late() {
  const auto start = monotonic_now();
  while (monotonic_now() < start + std::chrono::milliseconds(5)) {
  }
}

/// Two ends with TLS or not, and the cable between them.
struct Network {
  explicit Network(bool with_tls) : pair({cable.near(), cable.far()}) {
    if (with_tls) pair.secure();
  }
  void send(const std::string& text) {
    if (pair.tls)
      pair.tls->send(text);
    else
      pair.far.send(text);
  }
  /// Everything until `text` has come.
  std::string read_until(const std::string& text) {
    std::string all;
    while (all.find(text) == std::string::npos) {
      if (pair.stream.drained() || all.empty()) pair.wait();
      do all += pair.read();
      while (!pair.stream.drained());
    }
    return all;
  }

  test::TunPair cable;
  test::StreamPair pair;
};

/// True: this machine can't have such a network, and the test says so.
bool skipped() {
  const test::TunPair cable;
  if (cable.why_not().empty()) {
    ::close(cable.near());
    ::close(cable.far());
    return false;
  }
  WARN("skipped: no network namespace with a TUN device here: " << cable.why_not());
  return true;
}

TEST_CASE("behind a lost segment the kernel's early stamp is not believed") {
  if (skipped()) return;
  for (const bool tls : {false, true}) {
    INFO((tls ? "TLS" : "plain"));
    Network network(tls);
    const std::size_t before = network.cable.forwarded().size();
    network.cable.lose({true});
    network.send("lost ");
    network.send("queued");
    network.cable.wait_until_forwarded(before + 1);  // the second one alone
    let_a_read_become_late();
    network.cable.lose_no_more();
    CHECK(network.read_until("queued") == "lost queued");
    const auto forwarded = network.cable.forwarded();
    REQUIRE(forwarded.size() >= before + 2);
    const net::Arrival& arrival = network.pair.stream.arrival();
    CHECK(arrival.reordered);
    CHECK(arrival.source == TimeSource::user);
    CHECK(arrival.at == arrival.read_at);
    CHECK(arrival.at > forwarded[before + 1]);  // the one that had been lost
    // The next one is the kernel's again.
    network.send("next");
    CHECK(network.read_until("next") == "next");
    CHECK_FALSE(network.pair.stream.arrival().reordered);
    CHECK(network.pair.stream.arrival().source == TimeSource::kernel);
  }
}

TEST_CASE("behind two holes no stamp is believed that is before what was read before it") {
  if (skipped()) return;
  for (const bool tls : {false, true}) {
    INFO((tls ? "TLS" : "plain"));
    Network network(tls);
    const std::size_t before = network.cable.forwarded().size();
    // Four segments at once, of which the first and the third are lost. When the read behind the first hole
    // has asked for the count of segments out of order, the second hole's is in it.
    const std::string text(4 * 1'400, 'x');
    network.cable.lose({true, false, true, false});
    network.send(text);
    network.cable.wait_until_forwarded(before + 2);
    let_a_read_become_late();
    std::array<char, 16 * 1024> buffer{};
    std::size_t got = 0;
    net::Time last;
    for (bool first = true; got < text.size(); first = false) {
      if (first)
        network.cable.lose_one_less();
      else
        network.cable.lose_no_more();
      network.pair.wait();
      for (;;) {
        const auto read = network.pair.stream.read_some(buffer);
        if (read.status != net::IoStatus::ok) break;
        got += read.bytes;
        const net::Arrival arrival = network.pair.stream.arrival();
        CHECK(arrival.at >= last);
        last = arrival.at;
      }
    }
    const auto forwarded = network.cable.forwarded();
    CHECK(last > forwarded.at(before + 3));  // the second lost one, sent anew
  }
}

TEST_CASE("a read that is late although nothing was lost keeps the kernel's stamp") {
  if (skipped()) return;
  for (const bool tls : {false, true}) {
    INFO((tls ? "TLS" : "plain"));
    Network network(tls);
    const std::size_t before = network.cable.forwarded().size();
    let_time_pass();
    network.send("one");
    network.cable.wait_until_forwarded(before + 1);
    let_a_read_become_late();
    const auto late = monotonic_now();
    CHECK(network.read_until("one") == "one");
    const net::Arrival& arrival = network.pair.stream.arrival();
    CHECK_FALSE(arrival.reordered);
    CHECK(arrival.source == TimeSource::kernel);
    CHECK(arrival.at < late);
    CHECK(arrival.read_at > late);
  }
}

}  // namespace lost_segment_test
