#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <string>
#include <vector>

namespace llmload::net {

/// What a name resolved to, in the order in which to try it; `error` where it is empty.
struct Addresses {
  std::vector<boost::asio::ip::tcp::endpoint> list;
  std::string error;
};

/// "127.0.0.1:80", "[::1]:80".
std::string describe(const boost::asio::ip::tcp::endpoint& address);

/// 127.0.0.0/8, also in its IPv6 form (::ffff:127.0.0.1), or ::1.
bool is_loopback(const boost::asio::ip::tcp::endpoint& address);

/// Looks names up with getaddrinfo, several at a time: Asio's own resolver has one thread an io_context, and
/// its queue would be part of the latencies. Thread-safe.
class Resolver {
 public:
  explicit Resolver(unsigned threads) : pool_(threads) {}

  boost::asio::awaitable<Addresses> resolve(std::string host, std::string port);
  static Addresses resolve_now(const std::string& host, const std::string& port);

 private:
  boost::asio::thread_pool pool_;
};

}  // namespace llmload::net
