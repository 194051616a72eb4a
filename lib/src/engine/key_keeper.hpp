#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "llmload/plan.hpp"

namespace llmload::engine {

/// The key of each request: the plan's, or what its credentials give, which are asked again before a key
/// expires and when a server refuses one. Thread-safe.
class KeyKeeper {
 public:
  /// Asks the credentials, until `stop` is requested: then there is no key, and nothing may ask for one.
  /// Throws InputError where they give none, or one that has expired, or the system gives no thread; what
  /// else they throw comes out as it is.
  KeyKeeper(const Plan& plan, const std::stop_token& stop);
  ~KeyKeeper();
  KeyKeeper(const KeyKeeper&) = delete;
  KeyKeeper& operator=(const KeyKeeper&) = delete;

  [[nodiscard]] std::shared_ptr<const Credentials::Key> current() const;

  /// A server refused this key: gets another one. False where there is none; then it is not tried again for
  /// half a minute, however many requests are refused.
  boost::asio::awaitable<bool> replace(std::uint64_t version);

  /// Ends what is waited for; nothing is asked from now on.
  void interrupt() { stop_.request_stop(); }

  /// A line for people where a key could not be renewed in time, since the last call; else "".
  [[nodiscard]] std::string take_trouble();

 private:
  bool fetch(std::uint64_t version);
  bool renew(std::uint64_t version);
  boost::asio::awaitable<bool> renew_on_thread(std::uint64_t version);
  void renew_in_time();
  void renew_after(std::chrono::system_clock::duration wait);

  const std::shared_ptr<Credentials> credentials_;
  const std::shared_ptr<const Credentials::Key> fixed_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::string trouble_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  // Of the thread alone.
  std::chrono::steady_clock::time_point next_try_{};  // for a key that a server refused
  boost::asio::steady_timer due_;

  std::thread thread_;  // where there are credentials
};

}  // namespace llmload::engine
