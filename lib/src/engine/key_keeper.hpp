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

/// The key of each request: the plan's, or what its key command gives, which is run again before a key
/// expires and when a server refuses one. Thread-safe.
class KeyKeeper {
 public:
  /// Runs the key command, until `stop` is requested: then there is no key, and nothing may ask for one.
  /// Throws InputError where it gives none, or one that has expired, or the system gives no thread.
  KeyKeeper(const Plan& plan, const std::stop_token& stop);
  ~KeyKeeper();
  KeyKeeper(const KeyKeeper&) = delete;
  KeyKeeper& operator=(const KeyKeeper&) = delete;

  [[nodiscard]] std::shared_ptr<const KeyCommand::Key> current() const;

  /// A server refused this key: gets another one. False where there is none; then it is not tried again for
  /// half a minute, however many requests are refused.
  boost::asio::awaitable<bool> replace(std::uint64_t version);

  /// Ends a command that runs; none is run from now on.
  void interrupt() { stop_.request_stop(); }

  /// A line for people where a key could not be renewed in time, since the last call; else "".
  [[nodiscard]] std::string take_trouble();

 private:
  bool run_command(std::uint64_t version);
  bool renew(std::uint64_t version);
  boost::asio::awaitable<bool> renew_on_thread(std::uint64_t version);
  void renew_in_time();
  void renew_after(std::chrono::system_clock::duration wait);

  const std::shared_ptr<KeyCommand> command_;
  const std::shared_ptr<const KeyCommand::Key> fixed_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::string trouble_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  // Of the thread alone.
  std::chrono::steady_clock::time_point next_try_{};  // for a key that a server refused
  boost::asio::steady_timer due_;

  std::thread thread_;  // where there is a command
};

}  // namespace llmload::engine
