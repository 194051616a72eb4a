#pragma once

#include <openssl/ssl.h>

#include <string>
#include <string_view>

#include "net/tls_context.hpp"
#include "support/scripted_server.hpp"

namespace test {

/// The server's end of TLS over a Peer, which it must not outlive; blocking. It makes records and leaves it
/// to the caller how their bytes are sent: in one segment or many, at once or later.
class TlsPeer {
 public:
  /// Shakes hands. A handshake that fails is an end: read() then says "". No session tickets are sent: what
  /// the client reads first is what the caller sends first.
  TlsPeer(Peer& peer, SSL_CTX* context);

  /// What the next record holds; "" at the end. A short request is one record.
  std::string read();
  // Each makes a record, which waits in line:
  void seal(std::string_view text);  ///< at most 16 KiB
  void seal_key_update();            ///< changes our key and asks the client to change its own
  void seal_close_notify();

  /// The bytes of the records in line, which are then out of it.
  std::string take();
  /// Sends them at once: one segment, if they fit into one.
  void flush() { peer_.send(take()); }
  void send(std::string_view text) {
    seal(text);
    flush();
  }

  /// How often the client has changed its key, in what was read.
  [[nodiscard]] int key_updates() const { return key_updates_; }

 private:
  bool feed();

  Peer& peer_;
  llmload::net::SslPtr ssl_;
  int key_updates_ = 0;
};

}  // namespace test
