#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>

#include "llmload/plan.hpp"
#include "llmload/request_record.hpp"
#include "net/arrival_clock.hpp"
#include "workload/schedule.hpp"

namespace llmload::engine {

/// One request of a stage, or the conversation that it begins, as it is taken; then each of its turns.
struct Slot {
  std::uint64_t index = 0;
  bool measured = true;       ///< false: warm-up or cool-down
  Stamp due = {};             ///< open loop, and later turns
  net::Time allowed_at = {};  ///< under a quota: when it had room
};

/// Where request `index` of a stage goes, of the plan's `endpoints`: its place among them.
inline std::size_t endpoint_of(const Stage& stage, std::size_t endpoints, std::uint64_t index) {
  return stage.endpoints.empty() ? index % endpoints : stage.endpoints[index % stage.endpoints.size()];
}

/// What the requests of a stage are parts of.
enum class Unit : std::uint8_t { request, conversation };

/// One stage under way: what all its shards share. Thread-safe. Where its unit is the conversation, whatever
/// is counted here, or due, is one, but for what has begun and ended; and behind the window the load goes on
/// until those that were measured have ended.
class StageRun {
 public:
  /// `schedule`: of an open loop. `number`: the stage's in the plan.
  /// `max_error_rate`: of the measured requests that have ended. `ends_after`: so many requests the source
  /// has.
  explicit StageRun(const Stage& stage, workload::Schedule schedule = {}, std::size_t number = 0,
                    std::optional<double> max_error_rate = {}, std::optional<std::uint64_t> ends_after = {},
                    Unit unit = Unit::request);

  [[nodiscard]] const Stage& stage() const { return stage_; }
  [[nodiscard]] std::size_t number() const { return number_; }

  /// An open loop: the shard gives what is due to an idle session. In a closed one the sessions take their
  /// requests themselves.
  [[nodiscard]] bool open() const { return stage_.open_loop() != nullptr; }
  [[nodiscard]] Unit unit() const { return unit_; }
  /// An open loop whose requests are dealt out to the shards by index. Under a cap that queues a shard takes
  /// the next one when it has an idle session for it.
  [[nodiscard]] bool dealt() const {
    const OpenLoop* const loop = stage_.open_loop();
    return loop != nullptr && (!loop->concurrency || loop->when_full == WhenFull::drop);
  }
  [[nodiscard]] unsigned sessions() const;  ///< that are made before the stage
  [[nodiscard]] unsigned opened() const;    ///< those of them, from number 0 on, that open their connections
  /// No request has this index or a higher one.
  [[nodiscard]] std::uint64_t most_requests() const;

  /// The stage begins; from here on stamps are counted. Before any request is taken.
  void begin(net::Time now) { start_.store(now, std::memory_order_release); }
  /// Time() before it has begun.
  [[nodiscard]] net::Time start() const { return start_.load(std::memory_order_acquire); }

  /// The next request to begin at `now`, or when it is due; nothing when the stage is over.
  std::optional<Slot> take_next(net::Time now) { return slot(next_index(), now); }
  /// The same in two steps, for who has to wait in between: the request's index, and the slot, if there is
  /// one then. The first index of session number 0, 1, 2 ... is its number: a wave of N is one request of
  /// each of N sessions, also where an answer comes before the last session has begun.
  std::uint64_t next_index() { return next_.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t first_index(std::uint64_t session) { return ramps_up() ? next_index() : session; }
  std::optional<Slot> slot(std::uint64_t index, net::Time now);
  /// Whether a closed loop's request may still be begun at `at`: false where it is known that it may not.
  [[nodiscard]] bool may_begin(std::uint64_t index, net::Time at) const;
  /// A closed loop whose sessions begin one after the other, each so long behind the stage's start.
  [[nodiscard]] bool ramps_up() const {
    const auto* const loop = std::get_if<ClosedLoop>(&stage_.loop);
    return loop != nullptr && loop->ramp_up.count() != 0;
  }
  [[nodiscard]] std::chrono::nanoseconds begins_at(std::uint64_t session) const;

  /// A closed loop's session has found at `now` that there is no request `index` in it.
  void note_last(std::uint64_t index, net::Time now);
  /// One has found it; of conversations: those that are measured have ended, and nobody begins another.
  [[nodiscard]] bool over() const { return over_.load(std::memory_order_relaxed); }
  /// A conversation begins, of which so many turns are to be sent; it has ended, well or not.
  void begin_conversation(const Slot& slot, unsigned turns);
  void end_conversation(const Slot& slot);
  /// Measured conversations that have begun, and the turns that they have.
  [[nodiscard]] std::uint64_t conversations() const { return conversations_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t turns() const { return turns_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t ended_conversations() const;
  /// No turn is to be begun any more: none would be measured, and the cool-down is over.
  [[nodiscard]] bool has_finished(net::Time now) const;
  /// The same, of who looks from time to time: sessions that all wait for something may not find the end.
  bool find_end(net::Time now);
  /// The source ended before the stage would have.
  [[nodiscard]] bool cut_short() const {
    return open() ? schedule_.cut_short : cut_short_.load(std::memory_order_relaxed);
  }
  /// Request `index` of an open loop; nothing when the stage is over.
  [[nodiscard]] std::optional<Slot> dealt_slot(std::uint64_t index) const;

  /// Open loop: whether a cap that drops has room for one more, which then must leave(). A measured one that
  /// has none is counted as dropped.
  bool enter(const Slot& slot);
  void leave() { under_way_.fetch_sub(1, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

  /// No further request is begun. True for the first who says so.
  bool stop();
  [[nodiscard]] bool stopped() const { return stopped_.load(std::memory_order_relaxed); }
  /// When it was stopped; nothing where it was not. What has ended when this says
  /// nothing has ended before a stop that comes later.
  [[nodiscard]] Stamp stopped_at() const;

  /// Something threw that must not (a user's RequestSource, memory): stops the stage, and run() throws it.
  void fail(std::exception_ptr error);
  [[nodiscard]] std::exception_ptr error() const;

  /// A request is sent, or tries to be.
  void count_begin(bool measured) {
    (measured ? begun_ : begun_outside_).fetch_add(1, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t begun() const { return begun_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t begun_outside() const { return begun_outside_.load(std::memory_order_relaxed); }

  /// Of measured requests. Stops the stage where more fail than are allowed.
  void count_end(bool failed);
  /// Of the others.
  void count_end_outside() { ended_outside_.fetch_add(1, std::memory_order_relaxed); }
  /// Requests that have begun and not ended, as far as can be told while they do.
  [[nodiscard]] std::uint64_t in_flight() const {
    const std::uint64_t ended = done() + ended_outside_.load(std::memory_order_relaxed);
    const std::uint64_t all = begun() + begun_outside();
    return all - std::min(all, ended);
  }
  /// It stopped for that.
  [[nodiscard]] bool too_many_errors() const { return too_many_errors_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t done() const { return done_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t failed() const { return failed_.load(std::memory_order_relaxed); }
  /// Those that are measured, where their number is known before the stage.
  [[nodiscard]] std::optional<std::uint64_t> planned() const;

  [[nodiscard]] const workload::Schedule& schedule() const { return schedule_; }

 private:
  std::optional<Slot> closed_slot(std::uint64_t index, std::chrono::nanoseconds now);
  std::optional<Slot> conversation_slot(std::uint64_t index, std::chrono::nanoseconds now);
  [[nodiscard]] std::optional<Slot> slot_behind_end(std::uint64_t index) const;
  [[nodiscard]] bool any_to_end() const;
  void look_for_end();

  const Stage stage_;
  const workload::Schedule schedule_;
  const std::size_t number_;
  const std::optional<double> max_error_rate_;
  const std::uint64_t ends_after_;  // the largest number: it has no end
  const Unit unit_;
  std::atomic<net::Time> start_{net::Time()};
  std::atomic<std::uint64_t> next_, done_{0}, failed_{0}, dropped_{0}, under_way_{0}, begun_{0},
      begun_outside_{0}, ended_outside_{0}, conversations_{0}, turns_{0};
  // A closed loop's window opens and closes with whoever finds that it is time. Since the start.
  static constexpr auto unknown = std::chrono::nanoseconds::max();
  std::atomic<std::chrono::nanoseconds> opened_at_{unknown}, closed_at_{unknown};
  std::atomic<std::uint64_t> measured_{0};
  std::atomic<bool> stopped_{false}, too_many_errors_{false}, over_{false}, cut_short_{false};
  std::atomic<net::Time> stopped_at_{net::Time()};  // Time(): not yet, though it may be stopped
  mutable std::mutex mutex_;
  std::exception_ptr error_;
  mutable std::mutex
      conversations_mutex_;  // of a closed loop's slots, so that who ends the stage knows of all others
  std::uint64_t talking_ = 0, talked_ = 0;  // measured conversations, under way and behind us
};

}  // namespace llmload::engine
