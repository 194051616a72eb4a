#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <llmload/simulator.hpp>
#include <string>
#include <string_view>

#include "net/tls_context.hpp"

namespace test {

/// A request for `tokens` tokens of chat, as bytes; `fields` are header lines more.
std::string request_for(unsigned tokens, bool stream, std::string_view fields = "");

/// A client that shows what a server puts on the wire; blocking. Plain, or over TLS with a context of the
/// caller's.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool connected() const { return fd_ >= 0; }
  /// Shakes hands with 127.0.0.1. "" or why that failed: OpenSSL's reason, or the verdict on the certificate.
  std::string handshake(SSL_CTX* context);
  [[nodiscard]] const SSL* ssl() const { return ssl_.get(); }

  void send(std::string_view bytes);
  /// Nothing more is sent; the server may go on. Plain only.
  void end() const;
  /// Something has come, or the end; plain only, as the next.
  [[nodiscard]] bool has_something() const;
  /// What has come so far; was_ended() says whether the end has, too.
  std::string read_available();
  [[nodiscard]] bool was_ended() const { return ended_; }
  /// Some of what comes; "" at the end.
  std::string read_some();
  /// All up to and with the first `last`; without it where the server ends before.
  std::string read_until(std::string_view last);
  std::string read_all();
  /// One answer with its body, which Content-Length or chunks end.
  std::string read_answer();
  /// Once a read has said "": whether that was no orderly end.
  [[nodiscard]] bool was_reset() const { return reset_; }

 private:
  int fd_ = -1;
  llmload::net::SslPtr ssl_;
  std::string received_;
  bool ended_ = false, reset_ = false;
};

/// A client's TLS context that trusts `ca_pem` alone.
llmload::net::SslCtxPtr trusting(const std::string& ca_pem);

/// The value of the header `name` in an answer; "-" where it has none.
std::string header(std::string_view answer, std::string_view name);
/// What follows the headers.
std::string_view body(std::string_view answer);

}  // namespace test
