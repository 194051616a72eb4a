// What the simulated endpoint's faults of a listener and of a connection look like from outside.
#include <memory>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/raw_client.hpp"

namespace loop_simulator_connection_faults {

using namespace llmload;

SimulatorOptions with(Fault fault, bool tls = true) {
  SimulatorOptions options = test::instant();
  options.tls = tls;
  options.faults = {{fault}};
  return options;
}

/// Why a client that trusts the simulator does not finish the handshake; "" where it does.
std::string refused_by_client(const Simulator& simulator) {
  test::RawClient client(simulator.port());
  return client.handshake(test::trusting(simulator.ca_pem()).get());
}

TEST_CASE("certificates with a fault are refused for that fault alone, and by those alone who look") {
  const std::pair<Fault, std::string> cases[] = {{Fault::tls_wrong_name, "IP address mismatch"},
                                                 {Fault::tls_expired, "certificate has expired"},
                                                 {Fault::tls_self_signed, "self-signed certificate"}};
  for (const auto& [fault, reason] : cases) {
    INFO(to_string(fault));
    const Simulator simulator(with(fault));
    CHECK(refused_by_client(simulator) == reason);
    test::RawClient careless(simulator.port());
    const net::SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
    REQUIRE(careless.handshake(context.get()) == "");
    careless.send(test::request_for(2, false));
    CHECK(careless.read_answer().starts_with("HTTP/1.1 200 "));
    CHECK(simulator.faults(fault) == 2);
    CHECK(simulator.faults() == 2);
  }
}

TEST_CASE("an old server speaks TLS 1.1 and no later one") {
  const Simulator simulator(with(Fault::tls_old_version));
  test::RawClient modern(simulator.port());
  CHECK(modern.handshake(test::trusting(simulator.ca_pem()).get()) != "");
  test::RawClient old(simulator.port());
  const auto context = test::trusting(simulator.ca_pem());
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  REQUIRE(old.handshake(context.get()) == "");
  CHECK(SSL_version(old.ssl()) == TLS1_1_VERSION);
  old.send(test::request_for(2, false));
  CHECK(old.read_answer().starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a server that does not finish a handshake sends what it sends, and keeps to it") {
  const std::string hello{"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03", 11};
  const std::pair<Fault, std::string> cases[] = {
      {Fault::tls_garbage, "220 this is no server that speaks TLS\r\n"},
      {Fault::tls_close, ""},
      {Fault::tls_stall, hello}};
  for (const auto& [fault, bytes] : cases) {
    INFO(to_string(fault));
    const Simulator simulator(with(fault));
    test::RawClient client(simulator.port()), later(simulator.port());
    for (test::RawClient* c : {&client, &later}) {
      c->send("a hello");
      CHECK(c->read_until(bytes.empty() ? "the end" : bytes) == bytes);
    }
    // What the server did next to the first it did before it came to the other.
    CHECK(client.read_available() == "");
    CHECK(client.was_ended() == (fault == Fault::tls_close));
    client.end();
    CHECK(client.read_all() == "");
    CHECK_FALSE(client.was_reset());
    CHECK(simulator.requests() == 0);
    CHECK(simulator.faults(fault) == 2);
  }
}

TEST_CASE("a silent server takes all, says nothing and does not close") {
  for (const bool tls : {false, true}) {
    const Simulator simulator(with(Fault::silent, tls));
    test::RawClient client(simulator.port());
    client.send(test::request_for(2, false));
    client.end();
    CHECK(client.read_all() == "");
    CHECK_FALSE(client.was_reset());
    CHECK(simulator.faults(Fault::silent) == 1);
    CHECK(simulator.requests() == 0);
  }
  SimulatorOptions options = with(Fault::silent, false);
  options.faults[0].probability = 0.8;
  const Simulator simulator(options);
  std::vector<std::unique_ptr<test::RawClient>> silent;
  for (;;) {  // until one is answered, which was accepted after all that are silent
    auto client = std::make_unique<test::RawClient>(simulator.port());
    client->send(test::request_for(1, false));
    while (!client->has_something() && simulator.faults() == silent.size()) std::this_thread::yield();
    if (client->has_something()) break;
    silent.push_back(std::move(client));
  }
  CHECK_FALSE(silent.empty());
  for (const auto& client : silent) CHECK_FALSE(client->has_something());
}

TEST_CASE("faults of TLS are wrong input without TLS, and no others") {
  for (const Fault fault : all_faults()) {
    INFO(to_string(fault));
    if (to_string(fault).starts_with("tls_"))
      CHECK_THROWS_AS(Simulator(with(fault, false)), InputError);
    else
      CHECK_NOTHROW(Simulator(with(fault, false)));
  }
}

TEST_CASE("a port that refuses is one that nobody listens on, from the start to the end") {
  Simulator simulator(with(Fault::refused));
  CHECK(simulator.port() != 0);
  CHECK_FALSE(test::RawClient(simulator.port()).connected());
  CHECK(simulator.faults(Fault::refused) == 1);
  CHECK(simulator.connections() == 0);
}

TEST_CASE("connections draw their faults from the seed, each by its own probability") {
  const auto drawn = [](std::uint64_t seed) {
    SimulatorOptions options = test::instant();
    options.tls = false;
    options.seed = seed;
    options.faults = {{Fault::silent, 0.5}};
    const Simulator simulator(options);
    std::string pattern;
    for (int i = 0; i < 24; ++i) {
      test::RawClient client(simulator.port());
      client.send(test::request_for(1, false));
      client.end();
      pattern += client.read_all().empty() ? 'x' : '.';
    }
    return pattern;
  };
  const std::string first = drawn(1);
  CHECK(first == drawn(1));
  CHECK(first != drawn(2));
  CHECK(first.find('x') != std::string::npos);
  CHECK(first.find('.') != std::string::npos);
}

TEST_CASE("a probability that is none is wrong input") {
  for (const double probability : {-0.1, 1.5}) {
    SimulatorOptions options = with(Fault::http_500);
    options.faults[0].probability = probability;
    CHECK_THROWS_AS(Simulator(options), InputError);
  }
}

}  // namespace loop_simulator_connection_faults
