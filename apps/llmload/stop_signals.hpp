#pragma once

#include <csignal>
#include <functional>
#include <thread>

namespace llmload::cli {

/// Takes SIGINT, SIGTERM and SIGHUP (unless that is ignored, as nohup does) on a thread of its own: the first
/// calls `on_first`, the second ends the process with 130 at once, unless it is SIGHUP. Make it before any
/// other thread, which then inherits the blocked signals.
class StopSignals {
 public:
  explicit StopSignals(std::function<void()> on_first);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// Blocks the signals in this thread, and in those that it starts from now on.
  static sigset_t block();
  /// Waits for the first signal.
  static void wait();

 private:
  sigset_t signals_ = block();
  std::jthread thread_;
};

}  // namespace llmload::cli
