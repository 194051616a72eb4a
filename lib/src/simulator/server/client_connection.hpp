#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <string_view>
#include <unordered_set>

#include "net/stream.hpp"

namespace llmload::simulator {

class ClientConnection;
using ClientConnections = std::unordered_set<ClientConnection*>;  ///< those that are open

/// A client's connection: its stream, and what came over it and has not been taken yet.
class ClientConnection {
 public:
  /// All must outlive it; it is among `open` for its lifetime.
  ClientConnection(ClientConnections& open, net::Poller& poller, net::ArrivalClock& clock);
  ~ClientConnection() { open_.erase(this); }
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  /// Takes over an accepted socket. False: it is dead already.
  bool adopt(boost::asio::ip::tcp::socket socket);

  net::Stream& stream() { return stream_; }
  std::string& received() { return received_; }

  /// Adds to received(), waiting for it. False: the client has ended, or the connection was cancelled.
  boost::asio::awaitable<bool> read();
  /// Sends all of `data`. False: the client has gone.
  boost::asio::awaitable<bool> write(std::string_view data);
  /// After a write that could not go on: until it can. What comes meanwhile is kept in received(). False: the
  /// client has ended.
  boost::asio::awaitable<bool> wait_for_room();
  /// Until the client has ended; what it sends is dropped.
  boost::asio::awaitable<void> hold();
  /// RST in place of an orderly end, at once: who waits for the client finds it gone.
  void reset();

 private:
  net::IoStatus read_some();  // of what has come

  ClientConnections& open_;
  net::Stream stream_;
  int fd_ = -1;  // the stream's
  std::string received_;
};

}  // namespace llmload::simulator
