#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
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
/// its queue would be part of the latencies. What failed is not asked again for a second. Thread-safe.
class Resolver {
  struct State;

 public:
  /// getaddrinfo(3) in short; replaced by tests.
  using LookUp = std::function<Addresses(const std::string& host, const std::string& port)>;
  static Addresses system_look_up(const std::string& host, const std::string& port);

  /// Throws InputError where the system gives no thread.
  explicit Resolver(unsigned threads, LookUp look_up = system_look_up);
  /// Does not wait for a look-up that is under way, which nothing can break off: its thread ends by itself.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// A question, for as long as somebody wants its answer. May outlive the Resolver.
  class Question {
   public:
    Question(std::shared_ptr<State> state, std::uint64_t number)
        : state_(std::move(state)), number_(number) {}
    ~Question();
    Question(const Question&) = delete;
    Question& operator=(const Question&) = delete;

   private:
    const std::shared_ptr<State> state_;
    const std::uint64_t number_;
  };
  using Then = std::function<void(const Addresses&)>;

  /// Calls `then` on another thread, at most once and never behind the Question's end. It must be short, and
  /// call nothing of ours.
  [[nodiscard]] std::unique_ptr<Question> ask(const std::string& host, const std::string& port, Then then);

  /// Waits for the answer, or until `stop` is requested.
  Addresses wait_for(const std::string& host, const std::string& port, const std::stop_token& stop);

 private:
  void end();

  const std::shared_ptr<State> state_;  // of the threads, too
  std::vector<std::thread> threads_;
};

}  // namespace llmload::net
