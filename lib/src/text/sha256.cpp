#include "text/sha256.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <stdexcept>

#include "text/read_file.hpp"

namespace llmload::text {
namespace {

void require(int done) {
  if (done != 1) throw std::runtime_error("OpenSSL has no SHA-256");
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
  require(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void Sha256::add(std::string_view bytes) {
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Sha256::finish() {
  std::array<unsigned char, 32> digest;
  require(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

std::string sha256_of_file(const std::string& path) {
  InputFile file(path);
  Sha256 hash;
  std::array<char, 64 * kib> block;
  while (const std::size_t size = file.read(block)) hash.add({block.data(), size});
  return hash.finish();
}

}  // namespace llmload::text
