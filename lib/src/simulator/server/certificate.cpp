#include "simulator/server/certificate.hpp"

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

/// What differs between the certificates that we make. Times are seconds from now.
struct CertificateForm {
  const char* names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  long begin = -a_day;  // clocks of containers differ
  long end = a_day;
};

/// For `key`; signed with `issuer_key` as `issuer`, or by itself where that is null.
Ptr<X509> make_certificate(const CertificateForm& form, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  Ptr<X509> certificate(made(X509_new()));
  X509* c = certificate.get();
  X509_set_version(c, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(c), 1);
  X509_gmtime_adj(X509_getm_notBefore(c), form.begin);
  X509_gmtime_adj(X509_getm_notAfter(c), form.end);
  X509_set_pubkey(c, key);
  // A name of its own: a client that trusts two simulators looks their certificates up by it.
  std::uint64_t number = 0;
  RAND_bytes(static_cast<unsigned char*>(static_cast<void*>(&number)), sizeof number);
  const std::string name = "llmload simulator " + std::to_string(number);
  X509_NAME_add_entry_by_NID(X509_get_subject_name(c), NID_commonName, MBSTRING_UTF8,
                             static_cast<const unsigned char*>(static_cast<const void*>(name.data())),
                             static_cast<int>(name.size()), -1, 0);
  X509_set_issuer_name(c, X509_get_subject_name(issuer != nullptr ? issuer : c));
  if (issuer == nullptr) add_extension(c, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(c, NID_subject_alt_name, form.names);
  if (X509_sign(c, issuer != nullptr ? issuer_key : key, EVP_sha256()) == 0) made<X509>(nullptr);
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

net::SslCtxPtr make_context(X509* certificate, EVP_PKEY* key) {
  net::SslCtxPtr context(made(SSL_CTX_new(TLS_server_method())));
  net::set_common_options(context.get());
  SSL_CTX_use_certificate(context.get(), certificate);
  SSL_CTX_use_PrivateKey(context.get(), key);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_http_1_1, nullptr);
  return context;
}

}  // namespace

ServerTls make_server_tls() {
  const Ptr<EVP_PKEY> key(made(EVP_EC_gen("P-256")));
  const Ptr<X509> certificate = make_certificate({}, key.get(), nullptr, nullptr);
  ServerTls tls{make_context(certificate.get(), key.get()), ""};
  const Ptr<BIO> memory(made(BIO_new(BIO_s_mem())));
  PEM_write_bio_X509(memory.get(), certificate.get());
  char* text = nullptr;
  const long size = BIO_ctrl(memory.get(), BIO_CTRL_INFO, 0, &text);
  tls.pem.assign(text, static_cast<std::size_t>(size));
  return tls;
}

net::SslCtxPtr make_faulty_tls(Fault fault, const ServerTls& good) {
  if (fault == Fault::tls_self_signed) return make_server_tls().context;
  X509* const trusted = SSL_CTX_get0_certificate(good.context.get());
  EVP_PKEY* const key = SSL_CTX_get0_privatekey(good.context.get());
  if (fault == Fault::tls_old_version) {
    net::SslCtxPtr context = make_context(trusted, key);
    SSL_CTX_set_security_level(context.get(), 0);  // OpenSSL 3 has TLS 1.1 on no other
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
    return context;
  }
  CertificateForm form;
  if (fault == Fault::tls_wrong_name) form.names = "DNS:wrong.example";
  if (fault == Fault::tls_expired) {
    form.begin = -2 * a_day;
    form.end = -a_day;
  }
  const Ptr<X509> certificate = make_certificate(form, key, trusted, key);
  return make_context(certificate.get(), key);
}

}  // namespace llmload::simulator
