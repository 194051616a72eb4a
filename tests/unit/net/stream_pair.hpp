#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <utility>

#include "net/stream.hpp"
#include "simulator/server/certificate.hpp"
#include "support/catch.hpp"
#include "support/scripted_server.hpp"
#include "support/tls_peer.hpp"

namespace test {

/// The two ends of a TCP connection: the near one the client's.
struct Ends {
  int near = -1, far = -1;
};

/// Over loopback; a buffer size (bytes) other than 0 is set for what the near end sends.
inline Ends connect_ends(int buffer = 0) {
  Ends ends;
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = static_cast<sockaddr*>(static_cast<void*>(&address));
  REQUIRE(::bind(listener, any, size) == 0);
  REQUIRE(::listen(listener, 1) == 0);
  REQUIRE(::getsockname(listener, any, &size) == 0);
  ends.near = ::socket(AF_INET, SOCK_STREAM, 0);
  if (buffer > 0) {
    ::setsockopt(ends.near, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    ::setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  }
  REQUIRE(::connect(ends.near, any, size) == 0);
  ends.far = ::accept(listener, nullptr, nullptr);
  REQUIRE(ends.far >= 0);
  ::close(listener);
  const int on = 1;
  ::setsockopt(ends.far, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return ends;
}

/// A net::Stream and the end it talks to, which is the test's to act. Stamping is on.
class StreamPair {
 public:
  explicit StreamPair(Ends ends) : far(ends.far) {
    stream.adopt({io, boost::asio::ip::tcp::v4(), ends.near});
  }

  /// Puts TLS over it.
  void secure() {
    auto peer = std::async(std::launch::async, [this] { tls.emplace(far, server.context.get()); });
    REQUIRE(wait_for(stream.handshake(client.connection("127.0.0.1", "1"), false)));
    peer.get();
  }

  template <class T>
  T wait_for(boost::asio::awaitable<T> task) {
    std::optional<T> result;
    boost::asio::co_spawn(io, std::move(task), [&result](std::exception_ptr, T value) { result = value; });
    io.restart();
    while (!result) io.run_one();
    return result.value();
  }
  void wait(bool or_writable = false) { REQUIRE_FALSE(wait_for(stream.wait(or_writable))); }

  /// One read_some() that must bring something.
  std::string read() {
    std::string buffer(64 * 1024, '\0');
    const auto result = stream.read_some(buffer);
    INFO(stream.error());
    REQUIRE(result.status == llmload::net::IoStatus::ok);
    buffer.resize(result.bytes);
    return buffer;
  }
  llmload::net::IoStatus status_of_read() {
    char byte = 0;
    return stream.read_some({&byte, 1}).status;
  }
  /// Writes it all; the far end must have room.
  void write(std::string_view text) {
    while (!text.empty()) {
      const auto result = stream.write_some(text);
      REQUIRE(result.status == llmload::net::IoStatus::ok);
      text.remove_prefix(result.bytes);
    }
  }

  llmload::net::StampingKeeper keeper;
  llmload::net::ArrivalClock clock;
  boost::asio::io_context io;
  llmload::simulator::ServerTls server = llmload::simulator::make_server_tls();
  llmload::net::TlsContext client{nullptr, false};
  llmload::net::Poller poller{io.get_executor()};
  llmload::net::Stream stream{poller, clock, llmload::TimeSource::kernel};
  Peer far;
  std::optional<TlsPeer> tls;  ///< of the far end
};

/// Lets pass more than a conversion between the clocks can be off.
inline void let_time_pass() {
  const auto start = llmload::net::monotonic_now();
  while (llmload::net::monotonic_now() < start + std::chrono::microseconds(200)) {
  }
}

}  // namespace test
