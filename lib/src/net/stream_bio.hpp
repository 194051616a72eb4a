#pragma once

#include <openssl/ssl.h>

#include "net/stream.hpp"

namespace llmload::net {

/// What stands between OpenSSL and a stream's socket.
struct StreamBio {
  /// From now on `ssl` reads and writes over `stream`, which must outlive it. Throws std::bad_alloc.
  static void attach(SSL* ssl, Stream& stream);

 private:
  static Stream& stream(BIO* bio) { return *static_cast<Stream*>(BIO_get_data(bio)); }
  static int read(BIO* bio, char* data, int size);
  static int write(BIO* bio, const char* data, int size);
  static long ctrl(BIO* bio, int command, long, void*);
  static void on_message(int written, int, int content, const void*, std::size_t, SSL* ssl, void* stream);
  static BIO_METHOD* method();
};

}  // namespace llmload::net
