#pragma once

#include <string>

#include "net/tls_context.hpp"

namespace llmload::simulator {

/// A TLS server's settings with a self-signed certificate (ECDSA P-256, a day long) for localhost, 127.0.0.1
/// and
/// ::1, made on the spot. `pem` is what a client must trust.
struct ServerTls {
  net::SslCtxPtr context;
  std::string pem;
};
ServerTls make_server_tls();

}  // namespace llmload::simulator
