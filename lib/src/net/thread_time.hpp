#pragma once

#include <cstdint>
#include <optional>

namespace llmload::net {

/// What a thread did with its time, ns.
struct ThreadTime {
  std::int64_t ran = 0;
  std::int64_t waited = 0;  ///< it could have run and had no core; 0 where the kernel does not tell

  [[nodiscard]] std::int64_t busy() const { return ran + waited; }
};

/// Of the calling thread, since it began.
ThreadTime time_of_this_thread();

/// Tells when the thread of a loop last slept at the earliest: while it sleeps in its wait, nothing is ready,
/// so what is ready now came later. A thread that was neither running nor waiting for a core was asleep, or
/// stopped together with its process; the loop's own timer tells these apart. Used by that thread alone.
class SleepBound {
 public:
  /// The loop's timer, which is due every `period` ns, has fired.
  void tick(std::int64_t period);
  /// The loop is not watched from now on.
  void stop() { next_tick_ = 0; }

  /// CLOCK_MONOTONIC, ns: the thread's last sleep ended then or later. Empty where that is not known. Two
  /// system calls.
  std::optional<std::int64_t> last_sleep();

 private:
  std::int64_t next_tick_ = 0;  // CLOCK_MONOTONIC; 0: nobody watches
  std::int64_t from_ = 0;       // likewise: just after `time_` was read
  ThreadTime time_;
};

}  // namespace llmload::net
