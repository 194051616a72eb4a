#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace llmload::text {

/// The SHA-256 of bytes that come piece by piece.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  /// Of all that was added, in lower-case hex. Call it once, and add nothing after it.
  std::string finish();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

/// The SHA-256 of a file's bytes, in lower-case hex. Throws InputError where it can't be read.
std::string sha256_of_file(const std::string& path);

}  // namespace llmload::text
