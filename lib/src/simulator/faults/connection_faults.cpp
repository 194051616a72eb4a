#include "simulator/faults/connection_faults.hpp"

#include <string>
#include <string_view>

#include "llmload/error.hpp"
#include "simulator/faults/answer_floods.hpp"
#include "simulator/faults/flood.hpp"

namespace llmload::simulator {

namespace asio = boost::asio;

namespace {

bool needs_tls(Fault fault) {
  return is_tls_flood(fault) || (level_of(fault) == FaultLevel::connection && fault != Fault::silent);
}

/// A handshake takes place, though not one that the client should accept.
bool shakes_hands(Fault fault) {
  return fault == Fault::tls_wrong_name || fault == Fault::tls_expired || fault == Fault::tls_self_signed ||
         fault == Fault::tls_old_version;
}

constexpr std::string_view garbage = "220 this is no server that speaks TLS\r\n";

/// A record of 122 bytes that holds a server's hello; none of which follows.
constexpr std::string_view begun_hello{"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03", 11};

/// A record of 4 bytes: the server asks the client to say hello again.
constexpr std::string_view hello_request{"\x16\x03\x03\x00\x04\x00\x00\x00\x00", 9};

}  // namespace

ConnectionFaults::ConnectionFaults(const std::vector<FaultRule>& rules, std::uint64_t seed,
                                   const ServerTls& tls, Counts& counts)
    : tls_(tls), counts_(counts), draw_(rules, {FaultLevel::connection}, seed) {
  for (const FaultRule& rule : rules) {
    if (!tls_.context && needs_tls(rule.fault)) {
      throw InputError("fault " + std::string(to_string(rule.fault)) +
                       " needs TLS, and this simulator is plain");
    }
  }
}

asio::awaitable<bool> ConnectionFaults::begin(ClientConnection& connection) {
  const std::optional<Fault> fault = draw_.draw([](Fault) { return true; });
  if (fault) counts_.add(*fault);
  if (fault && !shakes_hands(*fault)) {
    co_await misbehave(*fault, connection);
    co_return false;
  }
  if (!tls_.context) co_return true;
  net::SslPtr ssl(SSL_new(context(fault)));
  co_return co_await connection.stream().handshake(std::move(ssl), true);
}

/// Below TLS: the stream is plain.
asio::awaitable<void> ConnectionFaults::misbehave(Fault fault, ClientConnection& connection) {
  if (fault != Fault::silent) {
    const bool hello = co_await connection.read();
    if (!hello) co_return;
  }
  if (fault == Fault::tls_close) co_return;
  if (fault == Fault::tls_garbage) co_await connection.write(garbage);
  if (fault == Fault::tls_stall) co_await connection.write(begun_hello);
  if (fault == Fault::tls_hello_requests) {
    const std::string block = block_of(hello_request);
    co_await flood(connection, block, flood_size);
  }
  co_await connection.hold();
}

SSL_CTX* ConnectionFaults::context(std::optional<Fault> fault) {
  if (!fault) return tls_.context.get();
  net::SslCtxPtr& faulty = faulty_[*fault];
  if (!faulty) faulty = make_faulty_tls(*fault, tls_);
  return faulty.get();
}

}  // namespace llmload::simulator
