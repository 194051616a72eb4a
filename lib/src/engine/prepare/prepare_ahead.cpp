#include "engine/prepare/prepare_ahead.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "net/start_thread.hpp"

namespace llmload::engine {
namespace {

constexpr std::size_t least_ahead = 4'096;            // requests: a fifth of a second at the highest rates
constexpr std::size_t most_bytes = 32 * 1024 * 1024;  // of bodies that nobody shares
constexpr int niceness = 10;  // a shard that wakes goes first, and of a busy core a tenth is left

void be_nice() {
  // The calling thread alone, on Linux. Where it is refused, preparing merely competes.
  (void)::setpriority(PRIO_PROCESS, 0, niceness);
}

}  // namespace

PrepareAhead::PrepareAhead(const Plan& plan, const protocol::RequestWriter& writer)
    : maker_(plan, writer), thread_(net::start_thread("prepare", [this] {
        be_nice();
        work();
      })) {}

PrepareAhead::~PrepareAhead() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void PrepareAhead::begin(StageRun& stage, std::function<void()> ready) {
  const std::scoped_lock lock(mutex_);
  stage_ = &stage;
  ring_ = std::vector<Entry>(std::max<std::size_t>(least_ahead, 2 * std::size_t{stage.sessions()}));
  next_ = waiting_ = bytes_ = 0;
  enough_ = stage.sessions();
  ready_ = std::move(ready);
  filling_ = true;
  changed_.notify_all();
}

std::exception_ptr PrepareAhead::end() {
  std::unique_lock lock(mutex_);
  filling_ = false;
  changed_.wait(lock, [this] { return !busy_; });
  stage_ = nullptr;
  ring_.clear();
  asked_.clear();
  turns_.clear();
  return maker_.take_uncounted();
}

PreparedPtr PrepareAhead::take(std::uint64_t index) {
  const std::scoped_lock lock(mutex_);
  if (index >= next_ || ring_.empty()) return nullptr;
  Entry entry = std::exchange(ring_[index % ring_.size()], {});
  --waiting_;
  bytes_ -= entry.bytes;
  // Filled again when half of it is gone: to wake a thread for each request costs more than to make it.
  if (!filling_ && (is_low() || !asked_.empty()) && !stage_->stopped()) {
    filling_ = true;
    changed_.notify_all();
  }
  return std::move(entry.request);
}

void PrepareAhead::tell(std::uint64_t index, std::function<void()> then) {
  {
    const std::scoped_lock lock(mutex_);
    if (index >= next_) {
      asked_.emplace(index, std::move(then));
      filling_ = true;
      changed_.notify_all();
      return;
    }
  }
  then();
}

void PrepareAhead::make(NextTurn turn) {
  const std::scoped_lock lock(mutex_);
  turns_.push_back(std::move(turn));
  changed_.notify_all();
}

void PrepareAhead::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return filling_ || !turns_.empty() || ending_; });
    if (ending_) return;
    if (!turns_.empty())
      make_turn(lock);
    else if (has_room())
      make_one(lock);
    else
      filling_ = false;
    begin_if_enough();
  }
}

/// Without the lock meanwhile. What it throws fails the stage.
template <class Make>
bool PrepareAhead::attempt(std::unique_lock<std::mutex>& lock, const Make& make) {
  busy_ = true;
  StageRun& stage = *stage_;
  lock.unlock();
  bool made = false;
  try {
    make(stage);
    made = true;
  } catch (...) {
    stage.fail(std::current_exception());
  }
  lock.lock();
  busy_ = false;
  changed_.notify_all();
  return made;
}

void PrepareAhead::make_turn(std::unique_lock<std::mutex>& lock) {
  NextTurn turn = std::move(turns_.front());
  turns_.pop_front();
  PreparedPtr made;
  attempt(lock, [&](const StageRun& stage) {
    made = maker_.next_turn(stage.stage(), stage.number(), turn.index, *turn.before, turn.answer);
    turn.before = nullptr;  // its history is in the new one
  });
  turn.give(std::move(made));
}

void PrepareAhead::make_one(std::unique_lock<std::mutex>& lock) {
  const std::uint64_t index = next_;
  Entry made;
  const bool is_made = attempt(lock, [&](const StageRun& stage) {
    bool is_new = false;
    std::tie(made.request, is_new) = maker_.make(stage.stage(), stage.number(), index);
    if (is_new) made.bytes = made.request->body.size();
  });
  if (!is_made) return;
  ++waiting_;
  bytes_ += made.bytes;
  ring_[index % ring_.size()] = std::move(made);
  ++next_;
  for (auto asked = asked_.begin(); asked != asked_.end() && asked->first <= index;
       asked = asked_.erase(asked))
    asked->second();
}

/// For one more. Who waits for it may have it, whatever the others take.
bool PrepareAhead::has_room() const {
  if (stage_->stopped() || next_ >= stage_->most_requests()) return false;
  return ring_[next_ % ring_.size()].request == nullptr && (bytes_ < most_bytes || !asked_.empty());
}

bool PrepareAhead::is_low() const { return waiting_ <= ring_.size() / 2 && bytes_ <= most_bytes / 2; }

void PrepareAhead::begin_if_enough() {
  if (ready_ && (next_ >= enough_ || !filling_)) std::exchange(ready_, nullptr)();
}

}  // namespace llmload::engine
