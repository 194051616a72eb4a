#include "net/stream.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

namespace llmload::net {

using boost::system::error_code;
constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

/// The BIO between OpenSSL and the stamped socket.
struct StreamBio {
  static Stream& stream(BIO* bio) { return *static_cast<Stream*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* data, int size) {
    Stream& s = stream(bio);
    BIO_clear_retry_flags(bio);
    const auto n = s.stamped_.receive(data, static_cast<std::size_t>(size));
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) BIO_set_retry_read(bio);
    if (n < 0) s.errno_ = errno;
    if (n == 0) s.peer_ended_ = true;
    return static_cast<int>(n);
  }

  static int write(BIO* bio, const char* data, int size) {
    Stream& s = stream(bio);
    BIO_clear_retry_flags(bio);
    const auto n = s.stamped_.send(data, static_cast<std::size_t>(size));
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) BIO_set_retry_write(bio);
    if (n < 0) s.errno_ = errno;
    return static_cast<int>(n);
  }

  static long ctrl(BIO* bio, int command, long, void*) {
    switch (command) {
      case BIO_CTRL_FLUSH: return 1;
      case BIO_CTRL_EOF: return stream(bio).peer_ended_ ? 1 : 0;
      default: return 0;
    }
  }

  static BIO* make(Stream& s) {
    static BIO_METHOD* const method = [] {
      BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "llmload stamped socket");
      BIO_meth_set_read(m, &StreamBio::read);
      BIO_meth_set_write(m, &StreamBio::write);
      BIO_meth_set_ctrl(m, &StreamBio::ctrl);
      return m;
    }();
    BIO* bio = BIO_new(method);
    BIO_set_data(bio, &s);
    BIO_set_init(bio, 1);
    return bio;
  }
};

void Stream::prepare() {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  stamped_.attach(socket_.native_handle());
}

asio::awaitable<error_code> Stream::connect(asio::ip::tcp::endpoint address) {
  close();
  error_code ec;
  socket_.open(address.protocol(), ec);
  if (ec) {
    error_ = ec.message();
    co_return ec;
  }
  prepare();
  const auto result = co_await socket_.async_connect(address, no_throw);
  ec = cancelled_ ? error_code(asio::error::operation_aborted) : std::get<0>(result);
  if (ec) {
    close();
    error_ = ec.message();
  }
  co_return ec;
}

void Stream::adopt(asio::ip::tcp::socket socket) {
  close();
  socket_ = std::move(socket);
  prepare();
}

asio::awaitable<bool> Stream::handshake(SslPtr ssl, bool as_server) {
  ssl_ = std::move(ssl);
  BIO* bio = StreamBio::make(*this);
  SSL_set_bio(ssl_.get(), bio, bio);
  if (as_server)
    SSL_set_accept_state(ssl_.get());
  else
    SSL_set_connect_state(ssl_.get());
  for (;;) {
    const IoResult step = tls_result(SSL_do_handshake(ssl_.get()));
    if (step.status == IoStatus::ok) co_return true;
    if (step.status == IoStatus::eof) error_ = "the peer closed the connection in the handshake";
    if (step.status == IoStatus::eof || step.status == IoStatus::error) co_return false;
    const error_code ec = co_await wait(step.status == IoStatus::wants_write);
    if (ec) {
      error_ = ec.message();
      co_return false;
    }
  }
}

IoResult Stream::read_some(std::span<char> buffer) {
  if (!ssl_) return plain_result(stamped_.receive(buffer.data(), buffer.size()), IoStatus::wants_read);
  return tls_result(SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size())));
}

IoResult Stream::write_some(std::string_view data) {
  if (!ssl_) return plain_result(stamped_.send(data.data(), data.size()), IoStatus::wants_write);
  // A record holds 16 KiB; a part at a time keeps OpenSSL from buffering more than that.
  const auto part = std::min<std::size_t>(data.size(), 16 * 1024);
  return tls_result(SSL_write(ssl_.get(), data.data(), static_cast<int>(part)));
}

bool Stream::stale() {
  stamped_.readable();
  char byte = 0;
  return read_some({&byte, 1}).status != IoStatus::wants_read;
}

IoResult Stream::plain_result(std::ptrdiff_t returned, IoStatus would_block) {
  if (returned > 0) return {IoStatus::ok, static_cast<std::size_t>(returned)};
  if (returned == 0) {
    clean_eof_ = true;
    return {IoStatus::eof, 0};
  }
  if (errno == EAGAIN || errno == EWOULDBLOCK) return {would_block, 0};
  error_ = std::strerror(errno);
  return {IoStatus::error, 0};
}

/// OpenSSL's error queue must be empty before a call that is judged by it. It always is: whoever fails takes
/// its error out, and clearing it before each call would cost more than a clock reading.
IoResult Stream::tls_result(int returned) {
  if (returned > 0) return {IoStatus::ok, static_cast<std::size_t>(returned)};
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ: return {IoStatus::wants_read, 0};
    case SSL_ERROR_WANT_WRITE: return {IoStatus::wants_write, 0};
    case SSL_ERROR_ZERO_RETURN: clean_eof_ = true; return {IoStatus::eof, 0};
    case SSL_ERROR_SYSCALL:
      ERR_clear_error();
      if (peer_ended_) return {IoStatus::eof, 0};
      error_ = std::strerror(errno_);
      return {IoStatus::error, 0};
    default: break;
  }
  const bool cut_off = ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
  error_ = take_openssl_error();
  if (cut_off) {
    error_.clear();
    return {IoStatus::eof, 0};
  }
  if (const long verdict = SSL_get_verify_result(ssl_.get()); verdict != X509_V_OK) {
    error_ += std::string(": ") + X509_verify_cert_error_string(verdict);
  }
  return {IoStatus::error, 0};
}

asio::awaitable<error_code> Stream::wait(bool or_writable) {
  using namespace asio::experimental::awaitable_operators;
  error_code ec = asio::error::operation_aborted;
  if (cancelled_) co_return ec;
  if (or_writable) {
    const auto first = co_await (socket_.async_wait(socket_.wait_read, no_throw) ||
                                 socket_.async_wait(socket_.wait_write, no_throw));
    ec = first.index() == 0 ? std::get<0>(std::get<0>(first)) : std::get<0>(std::get<1>(first));
  } else {
    const auto result = co_await socket_.async_wait(socket_.wait_read, no_throw);
    ec = std::get<0>(result);
  }
  if (cancelled_) ec = asio::error::operation_aborted;  // it came as the wait had just ended well
  stamped_.readable();  // perhaps it is not; then one more system call finds that out
  co_return ec;
}

void Stream::cancel() {
  cancelled_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Stream::close() {
  ssl_.reset();
  error_code ignored;
  socket_.close(ignored);
  peer_ended_ = clean_eof_ = cancelled_ = false;
  error_.clear();
}

}  // namespace llmload::net
