#include "engine/counting_queue.hpp"

#include <sched.h>

#include <algorithm>
#include <future>
#include <utility>

#include "net/start_thread.hpp"

namespace llmload::engine {
namespace {

// Records in memory. A shard that uses all of its core leaves nothing to the lowest priority.
constexpr std::size_t too_many = 2'000;  // from here on the relief works
constexpr std::size_t few = 500;         // until here

void take_lowest_priority() {
  const sched_param none{};
  (void)::sched_setscheduler(0, SCHED_IDLE, &none);  // where it is refused, counting merely competes
}

}  // namespace

CountingQueue::CountingQueue() {
  try {
    thread_ = net::start_thread("count", [this] {
      take_lowest_priority();
      work(false);
    });
    relief_ = net::start_thread("count in haste", [this] { work(true); });
  } catch (...) {
    end();
    throw;
  }
}

CountingQueue::~CountingQueue() { end(); }

void CountingQueue::end() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    ++awaited_;
    behind_ = true;
  }
  wake_both();
  for (std::thread* thread : {&thread_, &relief_}) {
    if (thread->joinable()) thread->join();
  }
}

void CountingQueue::wake_both() {
  changed_.notify_one();
  relief_changed_.notify_one();
}

void CountingQueue::work(bool relief) {
  std::unique_lock lock(mutex_);
  for (;;) {
    (relief ? relief_changed_ : changed_).wait(lock, [this, relief] {
      const bool due = !tasks_.empty() && !working_ && behind_ == relief;
      return due || (ending_ && tasks_.empty());
    });
    if (tasks_.empty()) return;
    Entry& entry = tasks_.front();  // it stays in its place while others come behind it
    working_ = true;
    lock.unlock();
    bool ended = true;
    try {
      ended = entry.task();
    } catch (...) {
      if (!failure_) failure_ = std::current_exception();
    }
    if (ended) entry.task = nullptr;  // its records go while nobody waits for the lock
    lock.lock();
    working_ = false;
    if (ended) {
      waiting_ -= entry.records;
      tasks_.pop_front();
    }
    catch_up();
    if (behind_ != relief) whose_turn().notify_one();
    if (ending_) wake_both();
  }
}

/// With the lock held.
void CountingQueue::push(Task task, std::size_t records, bool awaited) {
  tasks_.push_back({std::move(task), records});
  if (awaited) ++awaited_;
  waiting_ += records;
  most_waiting_ = std::max(most_waiting_, waiting_);
  if (waiting_ > too_many || awaited_ != 0) behind_ = true;
  whose_turn().notify_one();
}

void CountingQueue::post(Task task, std::size_t records) {
  const std::scoped_lock lock(mutex_);
  push(std::move(task), records);
}

bool CountingQueue::try_post(std::size_t records, const std::function<Task()>& make) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (lock.owns_lock()) push(make(), records);
  return lock.owns_lock();
}

void CountingQueue::call(const std::function<void()>& task) {
  std::promise<void> done;
  std::exception_ptr failed;  // the caller's alone once it is told: a promise would keep the worker's share
  const auto step = [&] {
    failed = std::exchange(failure_, nullptr);
    try {
      if (!failed) task();
    } catch (...) {
      failed = std::current_exception();
    }
    end_call();
    done.set_value();
    return true;
  };
  {
    const std::scoped_lock lock(mutex_);
    push(step, 0, true);
  }
  done.get_future().get();
  if (failed) std::rethrow_exception(std::move(failed));
}

/// Before its caller knows.
void CountingQueue::end_call() {
  const std::scoped_lock lock(mutex_);
  --awaited_;
  catch_up();
}

/// With the lock held.
void CountingQueue::catch_up() {
  if (waiting_ < few && awaited_ == 0) behind_ = false;
}

std::size_t CountingQueue::take_most_waiting() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(most_waiting_, 0);
}

}  // namespace llmload::engine
