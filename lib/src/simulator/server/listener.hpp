#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>

#include "llmload/simulator.hpp"

namespace llmload::simulator {

/// Accepts connections on a loopback port, which it keeps while it is closed.
class Listener {
 public:
  /// Takes the port; clients are refused until open(). Throws InputError where the port can't be had, or the
  /// address is no loopback address.
  Listener(boost::asio::io_context& io, const SimulatorOptions& options,
           std::function<void(boost::asio::ip::tcp::socket)> accepted);

  /// Throws InputError where somebody else listens on the port.
  void open();
  /// Closes for `pause`: clients are refused, and those that wait to be accepted are reset.
  void close_for(std::chrono::milliseconds pause);
  [[nodiscard]] std::uint16_t port() const { return address_.port(); }

 private:
  void listen(boost::system::error_code& ec);
  boost::asio::awaitable<void> open_after(std::chrono::milliseconds pause);
  boost::asio::awaitable<void> accept();

  boost::asio::io_context& io_;
  const std::function<void(boost::asio::ip::tcp::socket)> accepted_;
  boost::asio::ip::tcp::endpoint address_;
  boost::asio::ip::tcp::acceptor reserved_;  // bound, and never listens: so nobody else gets the port
  boost::asio::ip::tcp::acceptor acceptor_;
};

}  // namespace llmload::simulator
