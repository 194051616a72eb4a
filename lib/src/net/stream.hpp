#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "net/poller.hpp"
#include "net/stamped_socket.hpp"
#include "net/tls_context.hpp"
#include "net/transport.hpp"
#include "net/turn.hpp"

namespace llmload::net {

/// One TCP connection, with TLS or without, that stamps what it reads by the kernel's clock. What it reads
/// between two waits is bounded: behind a Turn it says wants_read whatever is there, and a wait goes on when
/// the others had theirs. Not movable (OpenSSL holds its address). Used by the Poller's thread; the Poller,
/// the ArrivalClock and the TlsContext must outlive it.
class Stream final : public Transport, private Poller::Target {
 public:
  Stream(Poller& poller, ArrivalClock& clock, TimeSource wanted) : poller_(poller), stamped_(clock, wanted) {}
  ~Stream() { close(); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  asio::awaitable<boost::system::error_code> connect(asio::ip::tcp::endpoint address) override;
  /// Takes over an accepted socket.
  boost::system::error_code adopt(asio::ip::tcp::socket socket);

  asio::awaitable<bool> handshake(SslPtr ssl, bool as_server) override;
  IoResult read_some(std::span<char> buffer) override;
  IoResult write_some(std::string_view data) override;
  asio::awaitable<boost::system::error_code> wait(bool or_writable) override;
  /// Calls `read`, which must not throw, whenever there is something more to read, until it returns true: a
  /// stream of many small reads need not resume a coroutine for each. Begins when it is called.
  asio::awaitable<std::tuple<boost::system::error_code>> wait_while(const std::function<bool()>& read);

  /// OpenSSL holds bytes, or the peer's announced end, that the socket no longer tells of: read before
  /// waiting.
  [[nodiscard]] bool has_pending() const {
    return ssl_ &&
           (SSL_has_pending(ssl_.get()) == 1 || (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0);
  }
  /// Nothing is there to read: wait first.
  [[nodiscard]] bool drained() const { return stamped_.drained() && !has_pending(); }
  /// A read would only say wants_read: wait first.
  [[nodiscard]] bool must_wait() const { return turn_.is_over() || drained(); }
  /// What is read since the last wait was left over by the turn before it.
  [[nodiscard]] bool goes_on() const { return goes_on_; }
  /// Reads although nothing told that there is something; wants_read: nothing is there. Tickets and key
  /// updates are not read.
  IoResult look(std::span<char> buffer);

  /// When the bytes of the last read_some() had arrived. Ask before the next wait.
  [[nodiscard]] Arrival arrival();
  /// Of the last read_some().
  [[nodiscard]] TimeSource time_source() const { return stamped_.arrival().source; }
  /// What is read at once is one TLS record, whose bytes are there together when its last one has arrived.
  [[nodiscard]] bool reads_records() const { return ssl_ != nullptr; }
  /// CLOCK_MONOTONIC just before the system call that sent the end of the last write_some().
  [[nodiscard]] Time sent_at() const { return stamped_.sent_at(); }
  /// The shortest time that the peer can have needed to answer (TCP's least round trip); 0: unknown.
  [[nodiscard]] std::chrono::nanoseconds min_rtt() const { return stamped_.min_rtt(); }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  /// For what TLS has beside data: what is made with it goes out with flush(). Null: plain.
  [[nodiscard]] SSL* ssl() const { return ssl_.get(); }
  IoResult flush() { return tls_result(SSL_do_handshake(ssl_.get())); }
  /// The peer announced its end (TLS close_notify; plain: always), so what it sent is all that there is.
  [[nodiscard]] bool clean_eof() const { return clean_eof_; }
  [[nodiscard]] const std::string& error() const override { return error_; }
  void cancel() override;  ///< also until close()
  void close();

 private:
  friend struct StreamBio;
  IoResult tls_result(int returned);
  IoResult plain_result(std::ptrdiff_t returned, IoStatus would_block);
  boost::system::error_code open(int fd);  // takes it over, and closes it where it can't
  asio::awaitable<boost::system::error_code> connected();
  asio::awaitable<std::tuple<boost::system::error_code>> suspend();
  [[nodiscard]] boost::system::error_code woken(const std::tuple<boost::system::error_code>& told) const;
  void on_ready(std::uint32_t events) override;
  void on_rested() override;
  void rest_if_over();
  void go_on();
  void tell_cancelled();
  std::ptrdiff_t receive(void* data, std::size_t size);
  [[nodiscard]] bool goes_nowhere() const;
  void on_data();
  void take_tickets();
  void abandon() override;

  Poller& poller_;
  int fd_ = -1;
  StampedSocket stamped_;
  // While a coroutine waits.
  using Waiter = asio::any_completion_handler<void(boost::system::error_code)>;
  std::optional<Waiter> waiter_;  // Boost 1.81's can't be assigned (it recurses without end)
  bool or_writable_ = false;
  const std::function<bool()>* read_ = nullptr;
  Turn turn_;
  bool resting_ = false;    // until the others had theirs
  bool left_over_ = false;  // by the turn that is over
  bool goes_on_ = false;
  SslPtr ssl_;
  std::size_t without_data_ = 0;  // bytes of TLS since it last gave any, and messages of its own
  unsigned messages_ = 0;
  bool peer_ended_ = false;
  bool clean_eof_ = false;
  bool cancelled_ = false;
  int errno_ = 0;  // of the last system call under OpenSSL
  std::string error_;
};

}  // namespace llmload::net
