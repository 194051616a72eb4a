#pragma once

#include <string>

#include "llmload/fault.hpp"
#include "net/tls_context.hpp"

namespace llmload::simulator {

/// A TLS server's settings with a self-signed certificate (ECDSA P-256, a day long) for localhost,
/// 127.0.0.1 and ::1, made on the spot. `pem` is what a client must trust.
struct ServerTls {
  net::SslCtxPtr context;
  std::string pem;
};
ServerTls make_server_tls();

/// Settings with which a server of `good` has `fault`: tls_wrong_name, tls_expired, tls_self_signed or
/// tls_old_version.
net::SslCtxPtr make_faulty_tls(Fault fault, const ServerTls& good);

}  // namespace llmload::simulator
