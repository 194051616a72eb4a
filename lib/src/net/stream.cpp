#include "net/stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "net/no_throw.hpp"
#include "net/stream_bio.hpp"

namespace llmload::net {

using boost::system::error_code;

constexpr std::chrono::microseconds worth_a_look{50};  // of doubt about an arrival

error_code Stream::open(int fd) {
  fd_ = fd;
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  stamped_.attach(fd);
  if (poller_.add(fd, *this)) return {};
  const error_code ec(errno, boost::system::system_category());
  ::close(std::exchange(fd_, -1));
  return ec;
}

asio::awaitable<error_code> Stream::connect(asio::ip::tcp::endpoint address) {
  close();
  error_code ec;
  const int fd = ::socket(address.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const auto size = static_cast<socklen_t>(address.size());
  if (fd < 0 || (::connect(fd, address.data(), size) != 0 && errno != EINPROGRESS)) {
    ec.assign(errno, boost::system::system_category());
    if (fd >= 0) ::close(fd);
  } else {
    ec = open(fd);
  }
  if (!ec) ec = co_await connected();
  if (ec) {
    close();
    error_ = ec.message();
  }
  co_return ec;
}

error_code Stream::adopt(asio::ip::tcp::socket socket) {
  close();
  error_code ec;
  socket.non_blocking(true, ec);
  const int fd = socket.release(ec);
  return ec ? ec : open(fd);
}

asio::awaitable<bool> Stream::handshake(SslPtr ssl, bool as_server) {
  ssl_ = std::move(ssl);
  StreamBio::attach(ssl_.get(), *this);
  if (as_server)
    SSL_set_accept_state(ssl_.get());
  else
    SSL_set_connect_state(ssl_.get());
  for (;;) {
    const IoResult step = tls_result(SSL_do_handshake(ssl_.get()));
    if (step.status == IoStatus::ok) {
      on_data();
      co_return true;
    }
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
  if (!ssl_) return plain_result(receive(buffer.data(), buffer.size()), IoStatus::wants_read);
  const IoResult read = tls_result(SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size())));
  if (read.status == IoStatus::ok) on_data();
  return read;
}

std::ptrdiff_t Stream::receive(void* data, std::size_t size) {
  if (turn_.has_read()) turn_.look(monotonic_now());
  if (turn_.is_over()) {
    errno = EAGAIN;
    return -1;
  }
  const auto n = stamped_.receive(data, size);
  if (n > 0) turn_.on_read(static_cast<std::size_t>(n), stamped_.arrival().read_at);
  return n;
}

Arrival Stream::arrival() {
  Arrival a = stamped_.arrival();
  a.exact = a.exact && !has_pending();  // the rest of a record, or another one, came with it
  const bool sure = a.exact && ssl_;    // a record's bytes are there when its last one is
  if (!sure && a.at - a.earliest > worth_a_look)
    a.earliest = std::clamp(poller_.slept_until(), a.earliest, a.at);
  return a;
}

IoResult Stream::write_some(std::string_view data) {
  if (!ssl_) return plain_result(stamped_.send(data.data(), data.size()), IoStatus::wants_write);
  // A record holds 16 KiB; a part at a time keeps OpenSSL from buffering more than that.
  const auto part = std::min<std::size_t>(data.size(), 16 * 1024);
  return tls_result(SSL_write(ssl_.get(), data.data(), static_cast<int>(part)));
}

IoResult Stream::look(std::span<char> buffer) {
  stamped_.ready(true, false, false, poller_.empty_since());
  turn_.begin();
  return read_some(buffer);
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
  const int why = SSL_get_error(ssl_.get(), returned);
  if (why == SSL_ERROR_WANT_READ) return {IoStatus::wants_read, 0};
  if (why == SSL_ERROR_WANT_WRITE) return {IoStatus::wants_write, 0};
  if (goes_nowhere()) {
    ERR_clear_error();
    error_ = "TLS records on and on, and no data in them";
    return {IoStatus::error, 0};
  }
  switch (why) {
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
  const long verdict = SSL_get_verify_result(ssl_.get());
  if (verdict != X509_V_OK && SSL_get_verify_mode(ssl_.get()) != SSL_VERIFY_NONE) {
    error_ += std::string(": ") + X509_verify_cert_error_string(verdict);
  }
  return {IoStatus::error, 0};
}

asio::awaitable<error_code> Stream::connected() {
  or_writable_ = true;
  while (stamped_.full()) {
    const auto told = co_await suspend();
    const error_code ec = woken(told);
    if (ec) co_return ec;
  }
  int failure = 0;
  socklen_t size = sizeof failure;
  ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &failure, &size);
  co_return error_code(failure, boost::system::system_category());
}

asio::awaitable<error_code> Stream::wait(bool or_writable) {
  or_writable_ = or_writable;
  while (!cancelled_ && (turn_.is_over() || (stamped_.drained() && !(or_writable && !stamped_.full())))) {
    const bool rests = turn_.is_over();
    const auto told = co_await suspend();
    const error_code ec = woken(told);
    if (ec || rests) co_return ec;
  }
  co_return cancelled_ ? error_code(asio::error::operation_aborted) : error_code();
}

asio::awaitable<std::tuple<error_code>> Stream::wait_while(const std::function<bool()>& read) {
  or_writable_ = false;
  read_ = &read;
  return suspend();
}

/// No coroutine: its frame would cost more than what it does.
asio::awaitable<std::tuple<error_code>> Stream::suspend() {
  rest_if_over();
  const auto keep = [this](auto handler) {
    waiter_.emplace(std::move(handler));
    if (cancelled_) tell_cancelled();
  };
  auto token = no_throw;
  return asio::async_initiate<decltype(token), void(error_code)>(keep, token);
}

/// What suspend() gave, seen from behind it.
error_code Stream::woken(const std::tuple<error_code>& told) const {
  return cancelled_ ? error_code(asio::error::operation_aborted) : std::get<0>(told);
}

void Stream::rest_if_over() {
  if (!turn_.is_over() || std::exchange(resting_, true)) return;
  left_over_ = !drained();
  poller_.rest(*this);
}

void Stream::on_ready(std::uint32_t events) {
  const bool ended = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  stamped_.ready((events & EPOLLIN) != 0, (events & EPOLLOUT) != 0, ended, poller_.empty_since());
  if (resting_) return;  // what it had left over goes first
  goes_on_ = false;
  turn_.begin();
  if (!waiter_ && ssl_) take_tickets();
  if (!stamped_.drained() || (read_ == nullptr && or_writable_)) go_on();
}

void Stream::on_rested() {
  resting_ = false;
  goes_on_ = left_over_;
  turn_.begin();
  go_on();
}

/// Who waits has its turn.
void Stream::go_on() {
  if (!waiter_ || cancelled_) return;
  if (read_ != nullptr && !(*read_)()) return rest_if_over();
  Waiter waiter = std::move(*waiter_);
  waiter_.reset();
  read_ = nullptr;
  std::move(waiter)(error_code());  // the last thing: the coroutine may end us
}

/// A server sends its session tickets when it likes, mostly behind the handshake. Taken when they come, they
/// let the connections opened next resume the session, and no read buffer stays with those that idle: behind
/// a message of its own OpenSSL keeps one, of 16 KiB.
void Stream::take_tickets() {
  char byte = 0;
  SSL_peek(ssl_.get(), &byte, 1);
  ERR_clear_error();  // what is wrong will be so again when it is read
  // Older OpenSSLs also free what a record is half read into (CVE-2024-4741).
  const bool between_records = std::string_view(SSL_rstate_string(ssl_.get())) == "RH";
  if (between_records && SSL_has_pending(ssl_.get()) == 0) SSL_free_buffers(ssl_.get());
}

void Stream::cancel() {
  if (!std::exchange(cancelled_, true) && waiter_) tell_cancelled();
}

/// Not from here: who cancels may be in the middle of a list of streams.
void Stream::tell_cancelled() {
  asio::post(poller_.executor(), [waiter = std::move(*waiter_)]() mutable {
    std::move(waiter)(error_code(asio::error::operation_aborted));
  });
  waiter_.reset();
  read_ = nullptr;
}

void Stream::abandon() {
  read_ = nullptr;
  const std::optional<Waiter> dropped = std::move(waiter_);  // may take us along
}

void Stream::close() {
  ssl_.reset();
  if (fd_ >= 0) {
    poller_.remove(fd_, *this);
    ::close(std::exchange(fd_, -1));
  }
  peer_ended_ = clean_eof_ = cancelled_ = resting_ = goes_on_ = false;
  on_data();
  read_ = nullptr;
  turn_.begin();
  error_.clear();
}

}  // namespace llmload::net
