#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstddef>
#include <string>

namespace asio = boost::asio;

/// A timer, and a word over a socket, on a loop of the host's own.
inline bool own_asio_works() {
  using asio::ip::tcp;
  using boost::system::error_code;
  asio::io_context io;
  int fired = 0;
  asio::steady_timer timer(io, std::chrono::milliseconds(1));
  timer.async_wait([&fired](const error_code& ec) { fired += ec ? 0 : 1; });

  tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
  tcp::socket client(io), server(io);
  std::string sent = "a word", received(sent.size(), ' ');
  std::size_t bytes = 0;
  acceptor.async_accept(server, [&](const error_code& accepted) {
    if (accepted) return;
    server.async_read_some(asio::buffer(received), [&](const error_code&, std::size_t n) { bytes = n; });
  });
  client.async_connect(acceptor.local_endpoint(), [&](const error_code& connected) {
    if (connected) return;
    asio::async_write(client, asio::buffer(sent), [](const error_code&, std::size_t) {});
  });
  io.run();
  return fired == 1 && bytes == sent.size() && received == sent;
}
