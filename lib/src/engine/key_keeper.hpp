#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>

#include "llmload/plan.hpp"

namespace llmload::engine {

/// The key of each request: the plan's, or what its key command gives, which is run again before a key
/// expires and when a server refuses one. Thread-safe.
class KeyKeeper {
 public:
  /// Runs the key command; throws InputError where it gives no key.
  explicit KeyKeeper(const Plan& plan);
  ~KeyKeeper();
  KeyKeeper(const KeyKeeper&) = delete;
  KeyKeeper& operator=(const KeyKeeper&) = delete;

  [[nodiscard]] std::shared_ptr<const KeyCommand::Key> current() const;

  /// A server refused this key: gets another one. False where there is none; then it is not tried again for
  /// half a minute, however many requests are refused.
  boost::asio::awaitable<bool> replace(std::uint64_t version);

  /// Ends a command that runs; none is run from now on.
  void interrupt() { stop_.request_stop(); }

 private:
  bool renew(std::uint64_t version);
  boost::asio::awaitable<bool> renew_on_pool(std::uint64_t version);
  void renew_in_time();

  const std::shared_ptr<KeyCommand> command_;
  const std::shared_ptr<const KeyCommand::Key> fixed_;
  std::stop_source stop_;
  boost::asio::thread_pool pool_{1};
  std::chrono::steady_clock::time_point
      next_try_{};  // for a key that a server refused; the pool's thread alone
  boost::asio::steady_timer due_;
};

}  // namespace llmload::engine
