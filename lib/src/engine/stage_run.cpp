#include "engine/stage_run.hpp"

#include <algorithm>
#include <limits>
#include <thread>
#include <utility>

namespace llmload::engine {
namespace {

using std::chrono::nanoseconds;

/// The first value stays. Returns what it is.
nanoseconds set_once(std::atomic<nanoseconds>& to, nanoseconds value, nanoseconds unset) {
  nanoseconds known = to.load(std::memory_order_relaxed);
  if (known == unset && to.compare_exchange_strong(known, value, std::memory_order_relaxed)) return value;
  return known;
}

}  // namespace

StageRun::StageRun(const Stage& stage, workload::Schedule schedule, std::size_t number,
                   std::optional<double> max_error_rate, std::optional<std::uint64_t> ends_after, Unit unit)
    : stage_(stage),
      schedule_(std::move(schedule)),
      number_(number),
      max_error_rate_(max_error_rate),
      ends_after_(ends_after.value_or(std::numeric_limits<std::uint64_t>::max())),
      unit_(unit),
      next_(open() || ramps_up() ? 0 : sessions()) {
  if (stage_.warmup_requests == 0) opened_at_ = stage_.warmup;
}

unsigned StageRun::sessions() const {
  return dealt() ? workload::opened_before(*stage_.open_loop(), schedule_) : *stage_.concurrency();
}

unsigned StageRun::opened() const {
  return open() ? std::min(sessions(), workload::opened_before(*stage_.open_loop(), schedule_)) : sessions();
}

std::uint64_t StageRun::most_requests() const {
  if (unit_ == Unit::conversation) return ends_after_;
  if (open()) return schedule_.end;
  const bool by_requests = stage_.requests && stage_.warmup.count() == 0 && stage_.cooldown.count() == 0;
  return by_requests ? std::min(stage_.warmup_requests + *stage_.requests, ends_after_) : ends_after_;
}

std::optional<std::uint64_t> StageRun::planned() const {
  if (open()) return schedule_.measured_until - schedule_.measured_from;
  // By time nobody knows how many a warm-up takes.
  if (stage_.duration || (!stage_.requests && stage_.warmup.count() != 0)) return std::nullopt;
  if (ends_after_ == std::numeric_limits<std::uint64_t>::max()) return stage_.requests;
  const std::uint64_t behind_warmup = ends_after_ - std::min(ends_after_, stage_.warmup_requests);
  return std::min(stage_.requests.value_or(behind_warmup), behind_warmup);
}

std::optional<Slot> StageRun::slot(std::uint64_t index, net::Time now) {
  if (open()) return dealt_slot(index);
  if (stopped()) return std::nullopt;
  return unit_ == Unit::request ? closed_slot(index, now - start()) : conversation_slot(index, now - start());
}

std::optional<Slot> StageRun::dealt_slot(std::uint64_t index) const {
  if (stopped()) return std::nullopt;
  if (index >= schedule_.end) return slot_behind_end(index);
  return Slot{index, schedule_.measures(index), schedule_.due[index]};
}

std::optional<Slot> StageRun::slot_behind_end(std::uint64_t index) const {
  if (unit_ == Unit::request || index >= ends_after_ || over()) return std::nullopt;
  const Stamp due = schedule_.due_behind(index - schedule_.end);
  return due ? std::optional(Slot{index, false, due}) : std::nullopt;
}

std::optional<Slot> StageRun::conversation_slot(std::uint64_t index, nanoseconds now) {
  const std::scoped_lock lock(conversations_mutex_);
  if (over() || index >= ends_after_) return std::nullopt;
  std::optional<Slot> slot = closed_slot(index, now);
  if (!slot && any_to_end()) slot = Slot{index, false, {}};
  if (slot && slot->measured) ++talking_;
  if (!slot) over_.store(true, std::memory_order_relaxed);
  return slot;
}

/// Of the measured conversations. With the lock held.
bool StageRun::any_to_end() const {
  const auto all = planned();
  return all ? talked_ + dropped() < *all : talking_ > 0;
}

void StageRun::begin_conversation(const Slot& slot, unsigned turns) {
  if (!slot.measured) return;
  conversations_.fetch_add(1, std::memory_order_relaxed);
  turns_.fetch_add(turns, std::memory_order_relaxed);
}

void StageRun::end_conversation(const Slot& slot) {
  if (unit_ == Unit::request || !slot.measured) return;
  const std::scoped_lock lock(conversations_mutex_);
  if (!open()) --talking_;
  ++talked_;
  look_for_end();
}

std::uint64_t StageRun::ended_conversations() const {
  const std::scoped_lock lock(conversations_mutex_);
  return talked_;
}

/// With the lock held. Where it is not known how many are to come, or a cool-down follows, who asks for the
/// next one finds the end, or find_end().
void StageRun::look_for_end() {
  if (!planned() || any_to_end()) return;
  if (open() || stage_.cooldown.count() == 0)
    over_.store(true, std::memory_order_relaxed);
  else
    set_once(closed_at_, net::monotonic_now() - start(), unknown);
}

bool StageRun::find_end(net::Time now) {
  if (unit_ == Unit::request) return false;
  if (!open() && !over()) {
    const std::scoped_lock lock(conversations_mutex_);
    const nanoseconds opened = opened_at_.load(std::memory_order_relaxed);
    const nanoseconds by_time = stage_.duration && opened != unknown ? opened + *stage_.duration : unknown;
    const nanoseconds closed = std::min(by_time, closed_at_.load(std::memory_order_relaxed));
    const bool is_closed = closed != unknown && now - start() >= closed + stage_.cooldown;
    if (is_closed && !any_to_end()) over_.store(true, std::memory_order_relaxed);
  }
  return has_finished(now);
}

bool StageRun::has_finished(net::Time now) const {
  if (unit_ == Unit::request || !over()) return false;
  return !open() || schedule_.due.empty() || now - start() > schedule_.due.back();
}

std::optional<Slot> StageRun::closed_slot(std::uint64_t index, nanoseconds now) {
  if (index >= ends_after_) return std::nullopt;
  const Slot outside{index, false, {}};
  if (index < stage_.warmup_requests || now < stage_.warmup) return outside;
  const nanoseconds opened = set_once(opened_at_, now, unknown);
  // Behind a warm-up by time the indexes of the window have gaps: a session may come late with one from
  // before.
  const std::uint64_t position = stage_.warmup.count() == 0
                                     ? index - stage_.warmup_requests
                                     : measured_.fetch_add(1, std::memory_order_relaxed);
  const bool counted = !stage_.requests || position < *stage_.requests;
  const bool timely = !stage_.duration || now < opened + *stage_.duration;
  if (counted && timely) return Slot{index, true, {}};
  if (stage_.cooldown.count() == 0) return std::nullopt;
  const nanoseconds closed = set_once(closed_at_, now, unknown);
  return now < closed + stage_.cooldown ? std::optional(outside) : std::nullopt;
}

bool StageRun::may_begin(std::uint64_t index, net::Time at) const {
  if (stopped()) return false;
  if (index >= most_requests()) return false;
  if (unit_ == Unit::conversation) return !over();
  if (!stage_.duration || stage_.warmup_requests != 0) return true;
  return at - start() < stage_.warmup + *stage_.duration + stage_.cooldown;
}

nanoseconds StageRun::begins_at(std::uint64_t session) const {
  const ClosedLoop& loop = std::get<ClosedLoop>(stage_.loop);
  const double share = static_cast<double>(session) / loop.concurrency;
  return nanoseconds(static_cast<nanoseconds::rep>(static_cast<double>(loop.ramp_up.count()) * share));
}

void StageRun::note_last(std::uint64_t index, net::Time now) {
  if (unit_ == Unit::conversation) {
    const std::scoped_lock lock(conversations_mutex_);
    if (!any_to_end()) over_.store(true, std::memory_order_relaxed);
  } else {
    over_.store(true, std::memory_order_relaxed);
  }
  if (index < ends_after_ || stopped()) return;
  const nanoseconds opened = opened_at_.load(std::memory_order_relaxed);
  const bool is_over =
      stage_.duration && opened != unknown && now - start() >= opened + *stage_.duration + stage_.cooldown;
  const std::uint64_t measured = stage_.warmup.count() == 0
                                     ? ends_after_ - std::min(ends_after_, stage_.warmup_requests)
                                     : measured_.load(std::memory_order_relaxed);
  const bool has_more = stage_.requests ? measured < *stage_.requests : stage_.duration.has_value();
  if (!is_over && has_more) cut_short_.store(true, std::memory_order_relaxed);
}

bool StageRun::enter(const Slot& slot) {
  const auto most = dealt() ? stage_.concurrency() : std::nullopt;
  auto others = under_way_.load(std::memory_order_relaxed);
  while (!most || others < *most) {
    if (under_way_.compare_exchange_weak(others, others + 1, std::memory_order_relaxed)) return true;
  }
  if (!slot.measured) return false;
  dropped_.fetch_add(1, std::memory_order_relaxed);
  if (unit_ == Unit::conversation) {
    const std::scoped_lock lock(conversations_mutex_);
    look_for_end();
  }
  return false;
}

void StageRun::count_end(bool failed) {
  constexpr std::uint64_t fewest = 20;  // one failure of a few is no rate
  const auto done = done_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (!failed) return;
  const auto all_failed = failed_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (!max_error_rate_ || done < fewest) return;
  if (static_cast<double>(all_failed) <= *max_error_rate_ * static_cast<double>(done)) return;
  if (stop()) too_many_errors_.store(true, std::memory_order_relaxed);
}

bool StageRun::stop() {
  if (stopped_.exchange(true)) return false;
  stopped_at_.store(net::monotonic_now());
  return true;
}

Stamp StageRun::stopped_at() const {
  if (!stopped_.load()) return std::nullopt;
  net::Time at;
  while ((at = stopped_at_.load()) == net::Time())
    std::this_thread::yield();  // whoever stops it is reading the clock
  return std::max(at - start(), nanoseconds(0));
}

void StageRun::fail(std::exception_ptr error) {
  const std::scoped_lock lock(mutex_);
  if (!error_) error_ = std::move(error);
  stop();
}

std::exception_ptr StageRun::error() const {
  const std::scoped_lock lock(mutex_);
  return error_;
}

}  // namespace llmload::engine
