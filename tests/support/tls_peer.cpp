#include "support/tls_peer.hpp"

#include <openssl/err.h>

#include <array>

namespace test {
namespace {

void count_key_updates(int sent, int, int content_type, const void* data, std::size_t size, SSL*,
                       void* count) {
  const bool is_key_update = content_type == SSL3_RT_HANDSHAKE && size > 0 &&
                             *static_cast<const unsigned char*>(data) == SSL3_MT_KEY_UPDATE;
  if (sent == 0 && is_key_update) ++*static_cast<int*>(count);
}

}  // namespace

TlsPeer::TlsPeer(Peer& peer, SSL_CTX* context) : peer_(peer), ssl_(SSL_new(context)) {
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_num_tickets(ssl_.get(), 0);
  SSL_set_msg_callback(ssl_.get(), &count_key_updates);
  SSL_set_msg_callback_arg(ssl_.get(), &key_updates_);
  int done = 0;
  do {
    done = SSL_accept(ssl_.get());
    flush();
  } while (done != 1 && SSL_get_error(ssl_.get(), done) == SSL_ERROR_WANT_READ && feed());
  ERR_clear_error();
}

std::string TlsPeer::read() {
  std::array<char, 16 * 1024> text{};
  int n = 0;
  do n = SSL_read(ssl_.get(), text.data(), static_cast<int>(text.size()));
  while (n <= 0 && SSL_get_error(ssl_.get(), n) == SSL_ERROR_WANT_READ && feed());
  ERR_clear_error();
  return {text.data(), static_cast<std::size_t>(n > 0 ? n : 0)};
}

void TlsPeer::seal(std::string_view text) {
  SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
}

void TlsPeer::seal_key_update() {
  SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED);
  SSL_do_handshake(ssl_.get());
}

void TlsPeer::seal_close_notify() { SSL_shutdown(ssl_.get()); }

std::string TlsPeer::take() {
  BIO* output = SSL_get_wbio(ssl_.get());
  std::string bytes(BIO_ctrl_pending(output), '\0');
  BIO_read(output, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

bool TlsPeer::feed() {
  const std::string bytes = peer_.read(64 * 1024);
  BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
  return !bytes.empty();
}

}  // namespace test
