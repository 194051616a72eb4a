#include "net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <new>

#include "llmload/error.hpp"

namespace llmload::net {
namespace {

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct X509Deleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, BioDeleter>;
using Certificate = std::unique_ptr<X509, X509Deleter>;

/// What can only fail for want of memory.
void must(bool done) {
  if (!done) throw std::bad_alloc();
}

Bio reader_of(std::string_view pem) {
  Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  must(bio != nullptr);
  return bio;
}

Certificate next_certificate(BIO* pem) {
  return Certificate(PEM_read_bio_X509(pem, nullptr, nullptr, nullptr));
}

void add_roots(X509_STORE* store, const std::string& pem) {
  const Bio bio = reader_of(pem);
  int count = 0;
  while (const Certificate certificate = next_certificate(bio.get())) {
    must(X509_STORE_add_cert(store, certificate.get()) == 1);
    ++count;
  }
  ERR_clear_error();  // the end of the file is an error, too
  if (count == 0) throw InputError("CA_FILE: no certificate in PEM form found");
}

/// What validate() has read can still be refused here: a key that is too short for OpenSSL's security level.
void show_as(SSL_CTX* context, const ClientIdentity& client) {
  const Bio certificates = reader_of(client.certificates), keys = reader_of(client.key);
  const Certificate own = next_certificate(certificates.get());
  bool taken = own && SSL_CTX_use_certificate(context, own.get()) == 1;
  while (const Certificate link = taken ? next_certificate(certificates.get()) : nullptr) {
    // The macro SSL_CTX_add1_chain_cert, without its C cast.
    taken = SSL_CTX_ctrl(context, SSL_CTRL_CHAIN_CERT, 1, link.get()) == 1;
  }
  if (taken) ERR_clear_error();  // the end of the file is an error, too
  const std::unique_ptr<EVP_PKEY, KeyDeleter> key(
      PEM_read_bio_PrivateKey(keys.get(), nullptr, nullptr, nullptr));
  taken = taken && key && SSL_CTX_use_PrivateKey(context, key.get()) == 1;
  if (!taken) throw InputError("the client's certificate can't be used: " + take_openssl_error());
}

/// The peer's certificate must be of `host`; a name is told to the peer, too. An empty one, or one with a
/// zero in it, would be no condition, or another one.
bool expect_host(SSL* ssl, const std::string& host) {
  if (host.empty() || host.find('\0') != std::string::npos) return false;
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1) return true;
  ERR_clear_error();  // not an address: a name
  // The macro SSL_set_tlsext_host_name, without its C cast.
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                  const_cast<char*>(host.c_str())) == 1 &&
         SSL_set1_host(ssl, host.c_str()) == 1;
}

}  // namespace

void set_common_options(SSL_CTX* context) {
  must(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

std::string take_openssl_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "";
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "OpenSSL error " + std::to_string(code);
}

TrustStore make_trust_store(const std::string& ca_pem) {
  TrustStore store(X509_STORE_new());
  must(store != nullptr);
  X509_STORE_set_default_paths(store.get());
  ERR_clear_error();  // a machine without roots of its own
  if (!ca_pem.empty()) add_roots(store.get(), ca_pem);
  return store;
}

TlsContext::TlsContext(X509_STORE* trusted, bool resume_sessions, const ClientIdentity& client)
    : context_(SSL_CTX_new(TLS_client_method())),
      verify_(trusted != nullptr),
      resume_sessions_(resume_sessions) {
  must(context_ != nullptr);
  set_common_options(context_.get());
  if (trusted != nullptr) SSL_CTX_set1_cert_store(context_.get(), trusted);
  SSL_CTX_set_verify(context_.get(), verify_ ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (!client.certificates.empty()) show_as(context_.get(), client);
  static constexpr unsigned char http_1_1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  must(SSL_CTX_set_alpn_protos(context_.get(), http_1_1, sizeof http_1_1) == 0);  // here 0 is well
  if (resume_sessions) {
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context_.get(), &TlsContext::keep_session);
  }
}

SslPtr TlsContext::connection(const std::string& host, const std::string& port) {
  SslPtr ssl(SSL_new(context_.get()));
  must(ssl != nullptr);
  SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);  // RFC 9525: a CN is no name
  if (!expect_host(ssl.get(), host)) return nullptr;
  if (resume_sessions_) {
    Slot& slot = sessions_[host + ' ' + port];
    must(SSL_set_app_data(ssl.get(), &slot) == 1);
    if (slot && SSL_set_session(ssl.get(), slot.get()) != 1) ERR_clear_error();  // then it is not resumed
  }
  return ssl;
}

int TlsContext::keep_session(SSL* ssl, SSL_SESSION* session) {
  static_cast<Slot*>(SSL_get_app_data(ssl))->reset(session);
  return 1;  // we hold the reference now
}

}  // namespace llmload::net
