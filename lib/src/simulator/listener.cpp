#include "simulator/listener.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "llmload/error.hpp"

namespace llmload::simulator {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds accept_pause{10};
constexpr int backlog = 4096;

tcp::endpoint loopback(const SimulatorOptions& options) {
  error_code ec;
  const auto address = asio::ip::make_address(options.address, ec);
  if (ec || !address.is_loopback()) {
    throw InputError("the simulator listens on a loopback address only (127.0.0.1 or ::1), not on \"" +
                     options.address + "\"");
  }
  return {address, options.port};
}

}  // namespace

Listener::Listener(asio::io_context& io, const SimulatorOptions& options,
                   std::function<void(tcp::socket)> accepted)
    : io_(io), accepted_(std::move(accepted)), acceptor_(io) {
  const tcp::endpoint address = loopback(options);
  error_code ec;
  acceptor_.open(address.protocol(), ec);
  if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor_.bind(address, ec);
  if (!ec) acceptor_.listen(backlog, ec);
  if (ec) {
    throw InputError("the simulator can't listen on " + options.address + " port " +
                     std::to_string(options.port) + ": " + ec.message());
  }
  port_ = acceptor_.local_endpoint().port();
  asio::co_spawn(io_, accept(), asio::detached);
}

asio::awaitable<void> Listener::accept() {
  for (;;) {
    auto accepted = co_await acceptor_.async_accept(no_throw);
    if (std::get<0>(accepted)) {  // out of descriptors: they come back when clients leave
      asio::steady_timer pause(io_, accept_pause);
      co_await pause.async_wait(no_throw);
      continue;
    }
    accepted_(std::move(std::get<1>(accepted)));
  }
}

}  // namespace llmload::simulator
