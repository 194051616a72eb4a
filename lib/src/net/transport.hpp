#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <span>
#include <string>
#include <string_view>

#include "net/io_result.hpp"
#include "net/tls_context.hpp"

namespace llmload::net {

namespace asio = boost::asio;

/// What a connection is opened over: a Stream, or a test's script.
/// Reading and writing never wait: the caller reads until wants_read, then awaits wait().
class Transport {
 public:
  virtual asio::awaitable<boost::system::error_code> connect(asio::ip::tcp::endpoint address) = 0;
  /// Shakes hands as a client of `ssl`'s context, or as a server. False: error() says why.
  virtual asio::awaitable<bool> handshake(SslPtr ssl, bool as_server) = 0;
  virtual IoResult read_some(std::span<char> buffer) = 0;
  virtual IoResult write_some(std::string_view data) = 0;
  /// Until there is something to read, or (`or_writable`) room to write.
  virtual asio::awaitable<boost::system::error_code> wait(bool or_writable) = 0;
  /// One line for people; "" where nothing failed.
  [[nodiscard]] virtual const std::string& error() const = 0;
  /// Ends the wait under way, and every further one until the next connect(), with operation_aborted.
  virtual void cancel() = 0;

 protected:
  ~Transport() = default;
};

}  // namespace llmload::net
