#pragma once

#include <openssl/ssl.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace llmload::net {

struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
using SslPtr = std::unique_ptr<SSL, SslDeleter>;
using SslCtxPtr = std::unique_ptr<SSL_CTX, SslDeleter>;
using TrustStore = std::unique_ptr<X509_STORE, SslDeleter>;

/// The system's roots and `ca_pem`. Reading the system's takes some 30 ms, so a run does it once; shards
/// share it, which OpenSSL allows. Throws InputError where `ca_pem` is not empty and holds no certificate
/// that can be read.
TrustStore make_trust_store(const std::string& ca_pem);

/// What a client shows to a server that asks who it is, in PEM form: its certificate with those that lead to
/// its root, and its private key. Empty: nothing.
struct ClientIdentity {
  std::string_view certificates = {}, key = {};
};

/// A client's TLS settings and session tickets: TLS 1.2 or later, ALPN http/1.1. One per shard, used by its
/// thread alone. Must outlive the connections made with it.
class TlsContext {
 public:
  /// `trusted` null: peers are not verified. Throws InputError where OpenSSL does not take `client`.
  TlsContext(X509_STORE* trusted, bool resume_sessions, const ClientIdentity& client = {});

  /// A connection to `host`, whose name (or address) the peer's certificate must carry. Resumes an earlier
  /// session with host and port where there is one. Null where no certificate can carry such a name (it is
  /// empty, too long, or has a zero in it).
  SslPtr connection(const std::string& host, const std::string& port);

 private:
  static int keep_session(SSL* ssl, SSL_SESSION* session);

  SslCtxPtr context_;
  bool verify_;
  bool resume_sessions_;
  using Slot = std::unique_ptr<SSL_SESSION, SslDeleter>;
  std::map<std::string, Slot> sessions_;  // by "host port"; the connection's app data points at its slot
};

/// What both ends set: read ahead, released buffers, partial writes, TLS 1.2 at the least.
void set_common_options(SSL_CTX* context);

/// The text of OpenSSL's oldest queued error, and clears the queue; "" where there is none.
std::string take_openssl_error();

}  // namespace llmload::net
