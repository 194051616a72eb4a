#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>

#include "llmload/simulator.hpp"

namespace llmload::simulator {

/// Accepts connections on a loopback port.
class Listener {
 public:
  /// Throws InputError where the port can't be had, or the address is no loopback address.
  Listener(boost::asio::io_context& io, const SimulatorOptions& options,
           std::function<void(boost::asio::ip::tcp::socket)> accepted);

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  boost::asio::awaitable<void> accept();

  boost::asio::io_context& io_;
  const std::function<void(boost::asio::ip::tcp::socket)> accepted_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
};

}  // namespace llmload::simulator
