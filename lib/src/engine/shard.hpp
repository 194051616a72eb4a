#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "engine/loop_probe.hpp"
#include "engine/run_context.hpp"
#include "engine/session/session.hpp"
#include "engine/session/shard_resources.hpp"
#include "engine/session/waiting.hpp"
#include "engine/stage_run.hpp"

namespace llmload::engine {

/// One core's share of a run: an io_context, a thread, and its sessions. start(), go() and cancel() are
/// called from any thread; everything else happens on the shard's own.
class Shard {
 public:
  /// Throws InputError where the system gives no thread.
  Shard(RunContext& run, unsigned number);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  /// Makes ready for a stage: its share of the sessions, with their connections up. Calls `ready`, on its
  /// thread, then waits for go().
  /// The sessions' numbers are `number`, `number` + `shards`, `number` + 2 `shards` ...; so are the indexes
  /// of the requests, where they are dealt.
  void start(StageRun& stage, unsigned shards, std::function<void()> ready);
  /// Runs the sessions until the stage is over, hands the last records to the Collector, and calls `done`.
  void go(std::function<void()> done);
  using Told = std::function<void(std::exception_ptr, std::string)>;
  /// Asks each endpoint for one token, with the questions for `usage` and for exact lengths, and leaves out
  /// what it refuses. Calls `done(error, why)`, on its thread: what was thrown, and "" where none refused.
  void probe(Told done);
  /// Waits until each endpoint answers. Likewise; `why` is "" where all do, else which one did not until
  /// `latest`, and why. A cancel() ends it with "".
  void wait_until_ready(net::Time latest, Told done);
  /// Asks an endpoint which models it has, at `target`. Likewise; in place of `why` are their names
  /// (protocol::model_list()), or "" where it does not say.
  void list_models(std::size_t endpoint, std::string target, Told done);
  /// The requests under way end as cancelled.
  void cancel();
  /// No request waits any more to be sent; those under way go on.
  void stop_waiting();
  /// No session of a closed loop's ramp begins any more; those that have go on.
  void stop_beginning();

  // Of the last stage, between its `done` and the next start().
  [[nodiscard]] const ShardLags& lags() const { return resources_.lags; }
  [[nodiscard]] const LoopProbe& loop_probe() const { return loop_probe_; }

 private:
  void open_all();
  boost::asio::awaitable<void> open_next();
  void spawn_before(std::function<boost::asio::awaitable<std::string>()> work, Told done,
                    const Dialect* dialect = nullptr);
  boost::asio::awaitable<std::string> probe_all();
  boost::asio::awaitable<std::string> probe(std::size_t endpoint);
  boost::asio::awaitable<std::string> wait_for_all(net::Time latest);
  boost::asio::awaitable<void> begin_sessions();
  boost::asio::awaitable<void> deal();
  void begin(const Slot& slot, PreparedPtr request);
  void spawn(boost::asio::awaitable<void> work, Session* session = nullptr);
  [[nodiscard]] bool any_idle() const { return !idle_.empty() || unused_ < sessions_.size(); }
  boost::asio::awaitable<void> wait_for_idle();
  void end(const std::exception_ptr& error);
  void finish(RequestRecord&& record);
  void hand_over();
  void hand_over_later();

  // Without the reactor's locks: every socket and timer is touched by our thread alone.
  boost::asio::io_context io_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  ShardResources resources_;

  // Of the stage under way.
  StageRun* stage_ = nullptr;
  unsigned shards_ = 1;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::size_t to_open_ = 0, next_to_open_ = 0;
  // Open loop: who was idle longest is next, so that no connection idles out. Sessions that were never opened
  // nor used, from unused_ on, come when there is no other.
  std::deque<Session*> idle_;
  std::size_t unused_ = 0;
  std::optional<Waiting> dealing_;  // for the next request
  bool wants_idle_ = false;         // that one waits for a session
  LoopProbe loop_probe_;
  unsigned running_ = 0;  // coroutines
  std::function<void()> ready_, done_;
  const Finish finish_;
  std::vector<RequestRecord> batch_;
  boost::asio::steady_timer later_;  // hands the batch over when no further record comes
  bool later_is_set_ = false;

  std::thread thread_;
};

}  // namespace llmload::engine
