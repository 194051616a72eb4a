#include "net/tls_context.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <utility>

#include "llmload/error.hpp"
#include "support/catch.hpp"

namespace tls_context_test {

using namespace llmload;

/// A server whose self-signed certificate has this common name and, where not "", these other names.
struct Server {
  Server(const char* common_name, const char* others) : key(EVP_EC_gen("P-256"), EVP_PKEY_free) {
    const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), X509_free);
    X509* c = certificate.get();
    X509_set_version(c, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(c), -3600);
    X509_gmtime_adj(X509_getm_notAfter(c), 3600);
    X509_set_pubkey(c, key.get());
    const std::string name = common_name;
    X509_NAME_add_entry_by_NID(X509_get_subject_name(c), NID_commonName, MBSTRING_UTF8,
                               static_cast<const unsigned char*>(static_cast<const void*>(name.data())),
                               static_cast<int>(name.size()), -1, 0);
    X509_set_issuer_name(c, X509_get_subject_name(c));
    if (*others != '\0') {
      X509_EXTENSION* names = X509V3_EXT_nconf_nid(nullptr, nullptr, NID_subject_alt_name, others);
      REQUIRE(names != nullptr);
      X509_add_ext(c, names, -1);
      X509_EXTENSION_free(names);
    }
    REQUIRE(X509_sign(c, key.get(), EVP_sha256()) != 0);
    context.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate(context.get(), c);
    SSL_CTX_use_PrivateKey(context.get(), key.get());
    trusted.reset(X509_STORE_new());
    X509_STORE_add_cert(trusted.get(), c);
  }

  /// Whether a client that was told to reach `host` takes it for that.
  [[nodiscard]] bool is(const std::string& host) const {
    net::TlsContext client(trusted.get(), false);
    const net::SslPtr near = client.connection(host, "443"), far(SSL_new(context.get()));
    REQUIRE(near);
    BIO *one = nullptr, *other = nullptr;
    REQUIRE(BIO_new_bio_pair(&one, 0, &other, 0) == 1);
    SSL_set_bio(near.get(), one, one);
    SSL_set_bio(far.get(), other, other);
    SSL_set_connect_state(near.get());
    SSL_set_accept_state(far.get());
    for (int step = 0; step < 10 && SSL_is_init_finished(near.get()) == 0; ++step) {
      SSL_do_handshake(near.get());
      SSL_do_handshake(far.get());
    }
    ERR_clear_error();
    return SSL_is_init_finished(near.get()) == 1 && SSL_get_verify_result(near.get()) == X509_V_OK;
  }

  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key;
  net::SslCtxPtr context;
  net::TrustStore trusted;
};

TEST_CASE("a common name alone verifies no name") {
  CHECK_FALSE(Server("llm.example", "").is("llm.example"));
  CHECK_FALSE(Server("llm.example", "IP:127.0.0.1").is("llm.example"));
  CHECK_FALSE(Server("127.0.0.1", "").is("127.0.0.1"));
  CHECK(Server("other", "DNS:llm.example").is("llm.example"));
  CHECK_FALSE(Server("llm.example", "DNS:other").is("llm.example"));
}

TEST_CASE("an address is verified as an address") {
  CHECK(Server("x", "IP:127.0.0.1").is("127.0.0.1"));
  CHECK(Server("x", "IP:::1").is("::1"));
  CHECK_FALSE(Server("x", "DNS:127.0.0.1").is("127.0.0.1"));
  CHECK_FALSE(Server("x", "IP:127.0.0.2").is("127.0.0.1"));
}

TEST_CASE("there is no connection to what can't be verified") {
  const Server server("x", "DNS:x");
  net::TlsContext client(server.trusted.get(), false);
  CHECK_FALSE(client.connection("", "443"));
  CHECK_FALSE(client.connection(std::string("x\0y", 3), "443"));
  CHECK_FALSE(client.connection(std::string(300, 'x'), "443"));
  CHECK(client.connection("x", "443"));
}

}  // namespace tls_context_test
