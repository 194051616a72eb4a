#include "simulator/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>

namespace llmload::simulator {
namespace {

struct Deleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
template <class T>
using Ptr = std::unique_ptr<T, Deleter>;

constexpr long a_day = 24 * 3600;

template <class T>
T* made(T* pointer) {
  if (pointer == nullptr)
    throw std::runtime_error("the simulator's certificate: " + net::take_openssl_error());
  return pointer;
}

void add_extension(X509* certificate, int nid, const char* value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Ptr<X509_EXTENSION> extension(made(X509V3_EXT_nconf_nid(nullptr, &context, nid, value)));
  X509_add_ext(certificate, extension.get(), -1);
}

Ptr<X509> self_signed(EVP_PKEY* key) {
  Ptr<X509> certificate(made(X509_new()));
  X509* c = certificate.get();
  X509_set_version(c, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(c), 1);
  X509_gmtime_adj(X509_getm_notBefore(c), -a_day);  // clocks of containers differ
  X509_gmtime_adj(X509_getm_notAfter(c), a_day);
  X509_set_pubkey(c, key);
  // A name of its own: a client that trusts two simulators looks their certificates up by it.
  std::uint64_t number = 0;
  RAND_bytes(static_cast<unsigned char*>(static_cast<void*>(&number)), sizeof number);
  const std::string name = "llmload simulator " + std::to_string(number);
  X509_NAME_add_entry_by_NID(X509_get_subject_name(c), NID_commonName, MBSTRING_UTF8,
                             static_cast<const unsigned char*>(static_cast<const void*>(name.data())),
                             static_cast<int>(name.size()), -1, 0);
  X509_set_issuer_name(c, X509_get_subject_name(c));
  add_extension(c, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(c, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
  if (X509_sign(c, key, EVP_sha256()) == 0) made<X509>(nullptr);
  return certificate;
}

int choose_http_1_1(SSL*, const unsigned char** out, unsigned char* length, const unsigned char* offered,
                    unsigned size, void*) {
  static constexpr unsigned char ours[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, length, ours, sizeof ours, offered, size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

ServerTls make_server_tls() {
  const Ptr<EVP_PKEY> key(made(EVP_EC_gen("P-256")));
  const Ptr<X509> certificate = self_signed(key.get());
  ServerTls tls{net::SslCtxPtr(made(SSL_CTX_new(TLS_server_method()))), ""};
  net::set_common_options(tls.context.get());
  SSL_CTX_use_certificate(tls.context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(tls.context.get(), key.get());
  SSL_CTX_set_alpn_select_cb(tls.context.get(), choose_http_1_1, nullptr);
  const Ptr<BIO> memory(made(BIO_new(BIO_s_mem())));
  PEM_write_bio_X509(memory.get(), certificate.get());
  char* text = nullptr;
  const long size = BIO_ctrl(memory.get(), BIO_CTRL_INFO, 0, &text);
  tls.pem.assign(text, static_cast<std::size_t>(size));
  return tls;
}

}  // namespace llmload::simulator
