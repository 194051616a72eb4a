#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace test {

/// One accepted connection of a ScriptedServer, blocking.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}
  ~Peer() { close(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// The next request, with its body; "" when the client has ended.
  std::string read_request();
  /// Up to `size` bytes of whatever comes; "" at the end.
  std::string read(std::size_t size);
  void send(std::string_view bytes) const;
  void close();
  void end() const;                         ///< nothing more is sent; the client may go on
  [[nodiscard]] bool is_connected() const;  ///< the client has not closed or reset the connection
  void reset();                             ///< RST in place of an orderly end
  /// Until the client, which must be in this process, has read what was sent.
  void wait_until_read() const;
  /// Until the client's kernel has all that was sent, and the end where there was one; whether the client has
  /// read it is not known.
  void wait_until_arrived() const;
  /// Until the client ends the connection.
  void wait_for_end();

 private:
  int fd_;
  std::string received_;
};

/// A plain TCP server on 127.0.0.1 that does what its script says on each connection, in a thread each.
/// It ends when every connection has: the script must end when its peer does.
class ScriptedServer {
 public:
  using Script = std::function<void(Peer&, int connection)>;  ///< connection: 0, 1, 2 ...
  explicit ScriptedServer(Script script);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::string url() const;  ///< of its chat completions
  [[nodiscard]] int connections() const { return accepted_; }

 private:
  Script script_;
  int listener_;
  int port_;
  std::atomic<int> accepted_{0};
  std::mutex mutex_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

/// An answer that is ok, with `extra` header lines.
std::string good_answer(std::string_view extra = "");
std::string answer(int status, std::string_view body, std::string_view extra = "");

/// A port of 127.0.0.1 on which nobody listens.
int closed_port();

}  // namespace test
