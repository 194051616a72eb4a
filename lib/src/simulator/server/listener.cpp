#include "simulator/server/listener.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>

#include "llmload/error.hpp"
#include "net/no_throw.hpp"

namespace llmload::simulator {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

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

void bind(tcp::acceptor& socket, const tcp::endpoint& address, error_code& ec) {
  socket.open(address.protocol(), ec);
  // On one port beside another socket of ours, as long as only one of them listens.
  if (!ec) socket.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) socket.bind(address, ec);
}

[[noreturn]] void fail(const tcp::endpoint& address, const error_code& ec) {
  throw InputError("the simulator can't listen on " + address.address().to_string() + " port " +
                   std::to_string(address.port()) + ": " + ec.message());
}

}  // namespace

Listener::Listener(asio::io_context& io, const SimulatorOptions& options,
                   std::function<void(tcp::socket)> accepted)
    : io_(io), accepted_(std::move(accepted)), address_(loopback(options)), reserved_(io), acceptor_(io) {
  error_code ec;
  bind(reserved_, address_, ec);
  if (ec) fail(address_, ec);
  address_ = reserved_.local_endpoint();
}

void Listener::open() {
  error_code ec;
  listen(ec);
  if (ec) fail(address_, ec);
}

void Listener::listen(error_code& ec) {
  bind(acceptor_, address_, ec);
  if (!ec) acceptor_.listen(backlog, ec);
  if (!ec) asio::co_spawn(io_, accept(), asio::detached);
  error_code ignored;
  if (ec) acceptor_.close(ignored);
}

void Listener::close_for(std::chrono::milliseconds pause) {
  if (!acceptor_.is_open()) return;
  error_code ignored;
  acceptor_.close(ignored);
  asio::co_spawn(io_, open_after(pause), asio::detached);
}

asio::awaitable<void> Listener::open_after(std::chrono::milliseconds pause) {
  asio::steady_timer timer(io_);
  error_code ec;
  do {  // again where there was no descriptor for it
    timer.expires_after(pause);
    co_await timer.async_wait(net::no_throw);
    listen(ec);
  } while (ec);
}

asio::awaitable<void> Listener::accept() {
  while (acceptor_.is_open()) {
    auto accepted = co_await acceptor_.async_accept(net::no_throw);
    if (!std::get<0>(accepted)) {
      accepted_(std::move(std::get<1>(accepted)));
    } else if (acceptor_.is_open()) {  // out of descriptors: they come back when clients leave
      asio::steady_timer timer(io_, accept_pause);
      co_await timer.async_wait(net::no_throw);
    }
  }
}

}  // namespace llmload::simulator
