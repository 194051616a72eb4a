#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "simulator/counts.hpp"
#include "simulator/faults/fault_draw.hpp"
#include "simulator/server/certificate.hpp"
#include "simulator/server/client_connection.hpp"

namespace llmload::simulator {

/// How connections begin, up to the first request: with a handshake where there is TLS, or with a fault.
class ConnectionFaults {
 public:
  /// `tls`: without a context connections are plain, and have no faults of TLS; to ask for one throws
  /// InputError. All must outlive it.
  ConnectionFaults(const std::vector<FaultRule>& rules, std::uint64_t seed, const ServerTls& tls,
                   Counts& counts);

  /// False: the connection is to be closed.
  boost::asio::awaitable<bool> begin(ClientConnection& connection);

 private:
  boost::asio::awaitable<void> misbehave(Fault fault, ClientConnection& connection);
  SSL_CTX* context(std::optional<Fault> fault);

  const ServerTls& tls_;
  Counts& counts_;
  FaultDraw draw_;
  std::map<Fault, net::SslCtxPtr> faulty_;  // made when they are first drawn
};

}  // namespace llmload::simulator
