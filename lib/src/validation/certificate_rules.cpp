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

}  // namespace

void check_certificates(std::string_view ca_pem) {
  if (ca_pem.starts_with("\x30\x82"))
    refuse("ca_pem", "is a certificate in DER form: convert it with openssl x509 -inform der");
  if (ca_pem.find("CERTIFICATE-----") == std::string_view::npos) {
    const std::string label = label_of(ca_pem);
    refuse("ca_pem", "holds no certificate in PEM form" + (label.empty() ? "" : ", but " + label));
  }
  if (ca_pem.size() > std::size_t{std::numeric_limits<int>::max()}) refuse("ca_pem", "is too long");
  const std::unique_ptr<BIO, BioDeleter> bio(BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size())));
  if (!bio) throw std::bad_alloc();
  ERR_clear_error();
  unsigned count = 0;
  while (const std::unique_ptr<X509, X509Deleter> certificate{
      PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)})
    ++count;
  // Where no other one begins, that was the last. Else those behind it would be missed without a word.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (count == 0 || !at_end)
    refuse("ca_pem", "has a certificate that can't be read, number " + std::to_string(count + 1));
}

}  // namespace llmload::validation
