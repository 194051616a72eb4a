#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <limits>
#include <memory>
#include <new>
#include <string>

#include "validation/refuse.hpp"
#include "validation/rules.hpp"

namespace llmload::validation {
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
using PrivateKey = std::unique_ptr<EVP_PKEY, KeyDeleter>;

/// Without it a terminal would be asked.
int no_password(char* /*to*/, int /*size*/, int /*writes*/, void* /*data*/) { return 0; }

/// What a PEM text says it is: "PRIVATE KEY"; "" where it says nothing.
std::string label_of(std::string_view pem) {
  constexpr std::string_view begin = "-----BEGIN ";
  const auto at = pem.find(begin);
  if (at == std::string_view::npos) return "";
  pem.remove_prefix(at + begin.size());
  return std::string(pem.substr(0, pem.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ ")));
}

std::string but_label(std::string_view pem) {
  const std::string label = label_of(pem);
  return label.empty() ? "" : ", but " + label;
}

Bio reader_of(const char* member, std::string_view pem) {
  if (pem.size() > std::size_t{std::numeric_limits<int>::max()}) refuse(member, "is too long");
  Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) throw std::bad_alloc();
  return bio;
}

/// The first one of `pem`; null where it can't be read.
Certificate read_certificate(BIO* pem) {
  return Certificate(PEM_read_bio_X509(pem, nullptr, no_password, nullptr));
}

PrivateKey read_key(BIO* pem) {
  PrivateKey key(PEM_read_bio_PrivateKey(pem, nullptr, no_password, nullptr));
  ERR_clear_error();
  return key;
}

void check_certificates(const char* member, std::string_view pem) {
  if (pem.starts_with("\x30\x82"))
    refuse(member, "is a certificate in DER form: convert it with openssl x509 -inform der");
  if (pem.find("CERTIFICATE-----") == std::string_view::npos)
    refuse(member, "holds no certificate in PEM form" + but_label(pem));
  const Bio bio = reader_of(member, pem);
  ERR_clear_error();
  unsigned count = 0;
  while (read_certificate(bio.get())) ++count;
  // Where no other one begins, that was the last. Else those behind it would be missed without a word.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (count == 0 || !at_end)
    refuse(member, "has a certificate that can't be read, number " + std::to_string(count + 1));
}

constexpr const char* client_certificate = "client_certificate_pem";
constexpr const char* client_key = "client_key_pem";

}  // namespace

void check_trusted_certificates(std::string_view pem) { check_certificates("ca_pem", pem); }

void check_client_certificate(std::string_view pem) { check_certificates(client_certificate, pem); }

void check_client_key(std::string_view pem) {
  if (pem.starts_with("\x30"))
    refuse(client_key, "is a key in DER form: convert it with openssl pkey -inform der");
  if (pem.find("PRIVATE KEY-----") == std::string_view::npos)
    refuse(client_key, "holds no private key in PEM form" + but_label(pem));
  if (pem.find("ENCRYPTED") != std::string_view::npos)
    refuse(client_key, "is encrypted, and no password is asked for: decrypt it with openssl pkey");
  if (!read_key(reader_of(client_key, pem).get())) refuse(client_key, "has a private key that can't be read");
}

void check_client(const Plan& plan) {
  const std::string &certificate = plan.client_certificate_pem, &key = plan.client_key_pem.reveal();
  if (certificate.empty() && key.empty()) return;
  if (certificate.empty()) refuse(client_certificate, "is missing: there is a client's key without it");
  check_client_certificate(certificate);
  if (key.empty()) refuse(client_key, "is missing: there is a client's certificate without its key");
  check_client_key(key);
  const Certificate first = read_certificate(reader_of(client_certificate, certificate).get());
  const bool match =
      X509_check_private_key(first.get(), read_key(reader_of(client_key, key).get()).get()) == 1;
  ERR_clear_error();
  if (!match)
    refuse(client_key, "is not the key of the client's certificate, which is the first of its file");
}

}  // namespace llmload::validation
