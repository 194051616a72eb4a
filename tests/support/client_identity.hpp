#pragma once

#include <openssl/pem.h>

#include <memory>
#include <string>

#include "simulator/server/certificate.hpp"

namespace test {

/// A certificate that signs itself, and its key, in PEM form.
struct ClientIdentity {
  std::string certificate, key;
};

/// `password`: the key is encrypted with it; null: it is not.
inline ClientIdentity make_client_identity(const char* password = nullptr) {
  const auto tls = llmload::simulator::make_server_tls();
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_PKCS8PrivateKey(memory.get(), SSL_CTX_get0_privatekey(tls.context.get()),
                                password != nullptr ? EVP_aes_256_cbc() : nullptr, nullptr, 0, nullptr,
                                const_cast<char*>(password));
  char* text = nullptr;
  const long size = BIO_ctrl(memory.get(), BIO_CTRL_INFO, 0, static_cast<void*>(&text));
  return {tls.pem, std::string(text, static_cast<std::size_t>(size))};
}

}  // namespace test
