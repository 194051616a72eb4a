#include "net/resolver.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <memory>

namespace llmload::net {

namespace asio = boost::asio;

std::string describe(const asio::ip::tcp::endpoint& address) {
  const auto ip = address.address().to_string();
  return (address.address().is_v6() ? '[' + ip + ']' : ip) + ':' + std::to_string(address.port());
}

bool is_loopback(const asio::ip::tcp::endpoint& address) {
  const asio::ip::address ip = address.address();
  if (ip.is_v6() && ip.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, ip.to_v6()).is_loopback();
  return ip.is_loopback();
}

Addresses Resolver::resolve_now(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  Addresses result;
  int failed = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (failed != 0) {  // AI_ADDRCONFIG hides loopback's ::1 on a machine without another IPv6 address
    hints.ai_flags = AI_NUMERICSERV;
    failed = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  }
  if (failed != 0) {
    result.error = host + ": " + (failed == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(failed));
    return result;
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
    asio::ip::tcp::endpoint address;
    if (a->ai_addrlen > address.capacity()) continue;
    std::memcpy(address.data(), a->ai_addr, a->ai_addrlen);
    address.resize(a->ai_addrlen);
    result.list.push_back(address);
  }
  return result;
}

namespace {

asio::awaitable<Addresses> look_up(std::string host, std::string port) {
  co_return Resolver::resolve_now(host, port);
}

}  // namespace

asio::awaitable<Addresses> Resolver::resolve(std::string host, std::string port) {
  asio::awaitable<Addresses> work = look_up(std::move(host), std::move(port));
  co_return co_await asio::co_spawn(pool_, std::move(work), asio::use_awaitable);
}

}  // namespace llmload::net
