#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>

#include "llmload/plan.hpp"

namespace llmload::engine {

/// One stage under way: what all its shards share. Thread-safe.
class StageRun {
 public:
  explicit StageRun(const Stage& stage) : stage_(stage), next_(stage.concurrency) {}

  /// The stage begins; from here on stamps are counted. Before any request is taken.
  void begin(std::int64_t now) { start_.store(now, std::memory_order_release); }
  [[nodiscard]] std::int64_t start() const { return start_.load(std::memory_order_acquire); }

  /// The first request of session number 0, 1, 2 ... has its number as index: a wave of N is one request of
  /// each of N sessions, also where an answer comes before the last session has begun.
  [[nodiscard]] std::optional<std::uint64_t> take_first(std::uint64_t session, std::int64_t now) const {
    return begins(session, now) ? std::optional(session) : std::nullopt;
  }
  /// The index of a session's next request to begin at `now` (CLOCK_MONOTONIC); nothing when the stage is
  /// over.
  std::optional<std::uint64_t> take_next(std::int64_t now) {
    const auto index = next_.fetch_add(1, std::memory_order_relaxed);
    return begins(index, now) ? std::optional(index) : std::nullopt;
  }

  /// No further request is begun.
  void stop() { stopped_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool stopped() const { return stopped_.load(std::memory_order_relaxed); }

  /// Something threw that must not (a user's PromptSource, memory): stops the stage, and run() throws it.
  void fail(std::exception_ptr error) {
    const std::scoped_lock lock(mutex_);
    if (!error_) error_ = error;
    stop();
  }
  [[nodiscard]] std::exception_ptr error() const {
    const std::scoped_lock lock(mutex_);
    return error_;
  }

  void count_end(bool failed) {
    done_.fetch_add(1, std::memory_order_relaxed);
    if (failed) failed_.fetch_add(1, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t done() const { return done_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t failed() const { return failed_.load(std::memory_order_relaxed); }

 private:
  [[nodiscard]] bool begins(std::uint64_t index, std::int64_t now) const {
    if (stopped()) return false;
    if (stage_.duration.count() != 0 && now >= start() + stage_.duration.count()) return false;
    return stage_.requests == 0 || index < stage_.requests;
  }

  const Stage stage_;
  std::atomic<std::int64_t> start_{0};
  std::atomic<std::uint64_t> next_, done_{0}, failed_{0};
  std::atomic<bool> stopped_{false};
  mutable std::mutex mutex_;
  std::exception_ptr error_;
};

}  // namespace llmload::engine
