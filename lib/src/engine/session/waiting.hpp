#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "engine/session/limits.hpp"
#include "engine/session/watchdog.hpp"
#include "net/transport.hpp"

namespace llmload::engine {

/// What one coroutine of a shard waits for, one thing at a time, and what ends a wait before it came: a
/// limit, stop(), cancel(). Used by the shard's thread alone. Not movable: what is under way points at it.
class Waiting {
 public:
  explicit Waiting(const boost::asio::any_io_executor& executor);
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  /// From now on what is awaited beside a word is `transport`, whose wait a limit and cancel() end; null:
  /// nothing.
  void attend(net::Transport* transport) { transport_ = transport; }

  /// From now on no wait goes beyond `limit`.
  void arm(const Limit& limit) { watchdog_.arm(limit.at, limit.meaning); }
  void disarm() { watchdog_.disarm(); }
  /// Why what is under way is to end: cancelled, or what the limit meant that has passed.
  [[nodiscard]] std::optional<Outcome> interruption() const {
    return cancelled_ ? Outcome::cancelled : watchdog_.expired();
  }

  /// Until `at`, without another limit. False where it was told to stop before.
  boost::asio::awaitable<bool> until(net::Time at);
  /// Until wake(), the limit, stop() or cancel().
  boost::asio::awaitable<void> word();
  /// Who waits for a word goes on, before this returns.
  void wake();

  /// What `ask(give)` has somebody call `give` with, once, from any thread: that call may come late, and
  /// behind our end. Nothing where `over()` says, after a word, that nobody waits for it any more. What `ask`
  /// returns is kept until then.
  template <class Answer, class Ask, class Over>
  boost::asio::awaitable<std::optional<Answer>> answer(const Ask& ask, const Over& over);

  /// What is waited for without being under way is no longer: the quota's room, a pause.
  void stop();
  void cancel();
  [[nodiscard]] bool stopped() const { return stopped_; }
  [[nodiscard]] bool cancelled() const { return cancelled_; }

 private:
  const boost::asio::any_io_executor executor_;
  net::Transport* transport_ = nullptr;
  using Sleeper = boost::asio::any_completion_handler<void()>;
  std::optional<Sleeper> sleeper_;
  bool stopped_ = false, cancelled_ = false;
  Watchdog watchdog_;
};

template <class Answer, class Ask, class Over>
boost::asio::awaitable<std::optional<Answer>> Waiting::answer(const Ask& ask, const Over& over) {
  const auto answered = std::make_shared<std::optional<Answer>>();
  auto give = [this, asked = std::weak_ptr(answered), executor = executor_](Answer answer) {
    boost::asio::post(executor, [this, asked, answer = std::move(answer)]() mutable {
      const auto to = asked.lock();
      if (!to) return;  // who asked has gone on, and we are gone, perhaps
      *to = std::move(answer);
      wake();
    });
  };
  [[maybe_unused]] const auto question = ask(std::move(give));
  while (!*answered && !over()) co_await word();
  co_return std::move(*answered);
}

}  // namespace llmload::engine
