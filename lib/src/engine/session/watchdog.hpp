#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "llmload/request_record.hpp"
#include "net/arrival_clock.hpp"

namespace llmload::engine {

/// A session's one deadline. Moving it later is an assignment: the timer is only set again when it fires
/// early, so a request costs no timer operation. Used by the shard's thread alone.
class Watchdog {
 public:
  /// `interrupt` ends whatever the session awaits.
  Watchdog(const boost::asio::any_io_executor& executor, std::function<void()> interrupt)
      : timer_(executor), interrupt_(std::move(interrupt)) {}

  /// From now on the deadline is `at`, and passing it means `meaning`.
  void arm(net::Time at, Outcome meaning);
  void disarm() { deadline_.reset(); }

  /// What the deadline that passed since the last arm() meant.
  [[nodiscard]] std::optional<Outcome> expired() const { return expired_; }

 private:
  void wait_until(net::Time at);
  void on_timer();

  boost::asio::steady_timer timer_;
  std::function<void()> interrupt_;
  std::optional<net::Time> deadline_;
  std::optional<net::Time> timer_at_;  // when the timer that is set will fire
  Outcome meaning_ = Outcome::total_timeout;
  std::optional<Outcome> expired_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // a handler that is queued outlives us
};

}  // namespace llmload::engine
