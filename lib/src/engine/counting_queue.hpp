#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace llmload::engine {

/// Does tasks one at a time, in their order, on a thread of the lowest priority. While thousands of records
/// wait in them, or somebody waits for one, a thread of usual priority works in its place (ADR 21).
class CountingQueue {
 public:
  /// Does a step; true: it was the last one. Between two steps the other thread's turn can come.
  using Task = std::function<bool()>;

  /// Throws InputError where the system gives no thread.
  CountingQueue();
  ~CountingQueue();  ///< ends when everything that was posted is done
  CountingQueue(const CountingQueue&) = delete;
  CountingQueue& operator=(const CountingQueue&) = delete;

  /// Any thread. `records`: that wait in it. What it throws comes out of the next call().
  void post(Task task, std::size_t records = 0);
  /// The same; but where it had to wait, perhaps for a thread of the lowest priority, `make` is not called,
  /// and it is false.
  bool try_post(std::size_t records, const std::function<Task()>& make);
  /// Waits until `task` was done, and throws what it threw.
  void call(const std::function<void()>& task);

  /// Whether somebody waits in call(). Any thread.
  [[nodiscard]] bool is_awaited() const { return awaited_ != 0; }
  /// The most records that waited since this was asked before.
  std::size_t take_most_waiting();

 private:
  struct Entry {
    Task task;
    std::size_t records;
  };
  void work(bool relief);
  void end();
  void wake_both();
  std::condition_variable& whose_turn() { return behind_ ? relief_changed_ : changed_; }
  void push(Task task, std::size_t records, bool awaited = false);
  void end_call();
  void catch_up();

  std::exception_ptr failure_;  // of a task that nobody waits for; whichever thread works

  std::mutex mutex_;
  std::condition_variable changed_, relief_changed_;
  std::deque<Entry> tasks_;
  std::size_t waiting_ = 0, most_waiting_ = 0;  // records
  std::atomic<std::size_t> awaited_{0};         // calls
  bool behind_ = false;                         // the relief works, not thread_
  bool working_ = false;
  bool ending_ = false;
  std::thread thread_, relief_;
};

}  // namespace llmload::engine
