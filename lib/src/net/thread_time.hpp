#pragma once

#include <chrono>
#include <optional>

#include "net/arrival_clock.hpp"

namespace llmload::net {

/// What a thread did with its time.
struct ThreadTime {
  std::chrono::nanoseconds ran{0};
  /// It could have run and had no core; 0 where the kernel does not tell.
  std::chrono::nanoseconds waited{0};

  [[nodiscard]] std::chrono::nanoseconds busy() const { return ran + waited; }
};

/// Of the calling thread, since it began.
ThreadTime time_of_this_thread();

/// Tells when the thread of a loop last slept at the earliest: while it sleeps in its wait, nothing is ready,
/// so what is ready now came later. A thread that was neither running nor waiting for a core was asleep, or
/// stopped together with its process; the loop's own timer tells these apart. Used by that thread alone.
class SleepBound {
 public:
  /// The loop's timer, which is due every `period`, has fired.
  void tick(std::chrono::nanoseconds period);
  /// The loop is not watched from now on.
  void stop() { next_tick_.reset(); }

  /// The thread's last sleep ended then or later. Empty where that is not known. Two system calls.
  std::optional<Time> last_sleep();

 private:
  std::optional<Time> next_tick_;  // empty: nobody watches
  Time from_;                      // just after `time_` was read
  ThreadTime time_;
};

}  // namespace llmload::net
