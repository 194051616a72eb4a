#include "net/stream_bio.hpp"

#include <openssl/bio.h>

#include <cerrno>
#include <new>

namespace llmload::net {
namespace {

// Bytes of TLS without data. OpenSSL takes no chain of certificates above 100 KB; behind the handshake come
// tickets, new keys, and the begin of a record, of at most 16 KiB.
constexpr std::size_t longest_handshake = 128 * 1024, most_without_data = 48 * 1024;

// Messages of TLS, likewise: new keys take 50 us each, and OpenSSL reads 600 of them at once.
constexpr unsigned most_messages = 64;

}  // namespace

void StreamBio::attach(SSL* ssl, Stream& stream) {
  BIO* bio = BIO_new(method());
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, &stream);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  SSL_set_msg_callback(ssl, &StreamBio::on_message);
  SSL_set_msg_callback_arg(ssl, &stream);
}

BIO_METHOD* StreamBio::method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "llmload stamped socket");
    if (m == nullptr) throw std::bad_alloc();
    BIO_meth_set_read(m, &StreamBio::read);
    BIO_meth_set_write(m, &StreamBio::write);
    BIO_meth_set_ctrl(m, &StreamBio::ctrl);
    return m;
  }();
  return method;
}

int StreamBio::read(BIO* bio, char* data, int size) {
  Stream& s = stream(bio);
  BIO_clear_retry_flags(bio);
  if (s.goes_nowhere()) return -1;  // tls_result() says why
  const auto n = s.receive(data, static_cast<std::size_t>(size));
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) BIO_set_retry_read(bio);
  if (n < 0) s.errno_ = errno;
  if (n > 0) s.without_data_ += static_cast<std::size_t>(n);
  if (n == 0) s.peer_ended_ = true;
  return static_cast<int>(n);
}

int StreamBio::write(BIO* bio, const char* data, int size) {
  Stream& s = stream(bio);
  BIO_clear_retry_flags(bio);
  const auto n = s.stamped_.send(data, static_cast<std::size_t>(size));
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) BIO_set_retry_write(bio);
  if (n < 0) s.errno_ = errno;
  return static_cast<int>(n);
}

long StreamBio::ctrl(BIO* bio, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_EOF: return stream(bio).peer_ended_ ? 1 : 0;
    default: return 0;
  }
}

/// OpenSSL tells of each message of its own that it reads, and takes the next one: too many are an end.
void StreamBio::on_message(int written, int, int content, const void*, std::size_t, SSL* ssl, void* stream) {
  if (written != 0 || content != SSL3_RT_HANDSHAKE) return;
  if (++static_cast<Stream*>(stream)->messages_ > most_messages) SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN);
}

bool Stream::goes_nowhere() const {
  if (messages_ > most_messages) return true;
  return without_data_ > (SSL_is_init_finished(ssl_.get()) == 1 ? most_without_data : longest_handshake);
}

void Stream::on_data() {
  without_data_ = 0;
  messages_ = 0;
}

}  // namespace llmload::net
