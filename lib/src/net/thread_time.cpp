#include "net/thread_time.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <ctime>

namespace llmload::net {
namespace {

using namespace std::chrono_literals;

constexpr auto shortest_sleep = 20us;  // less may be the clocks' own noise
constexpr auto usual_lag = 1ms;        // of a timer

/// /proc/thread-self/schedstat, which stays that of the thread that opened it: "ran waited slices". What it
/// ran ends at the scheduler's last tick there.
class SchedStat {
 public:
  SchedStat() = default;
  ~SchedStat() {
    if (fd_ >= 0) ::close(fd_);
  }
  SchedStat(const SchedStat&) = delete;
  SchedStat& operator=(const SchedStat&) = delete;

  /// 0: it can't be read now.
  std::chrono::nanoseconds waited() {
    if (fd_ < 0) fd_ = ::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    std::array<char, 96> text{};
    const ssize_t size = ::pread(fd_, text.data(), text.size(), 0);
    const char* const end = text.data() + (size > 0 ? size : 0);
    std::int64_t ran = 0, waited = 0;
    const auto [next, error] = std::from_chars(text.data(), end, ran);
    if (error != std::errc{} || next == end) return 0ns;
    std::from_chars(next + 1, end, waited);
    return std::chrono::nanoseconds(waited);
  }

 private:
  int fd_ = -1;
};

}  // namespace

ThreadTime time_of_this_thread() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  thread_local SchedStat stat;
  return {std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec), stat.waited()};
}

// The thread may lose its core between two readings. Before an interval its times are read first, and behind
// it last: what happens between counts as busy, and the bound is early rather than wrong.

void SleepBound::tick(std::chrono::nanoseconds period) {
  time_ = time_of_this_thread();
  from_ = monotonic_now();
  next_tick_ = from_ + period + usual_lag;
}

std::optional<Time> SleepBound::last_sleep() {
  const Time now = monotonic_now(), from = from_;
  const std::chrono::nanoseconds busy_before = time_.busy();
  time_ = time_of_this_thread();
  from_ = monotonic_now();
  // A tick that is overdue: the process may have been stopped, which looks like sleep and is none. Nor is a
  // wait for a core, where the kernel does not tell of it.
  if (!next_tick_ || now > *next_tick_ || time_.waited == 0ns) return std::nullopt;
  const std::chrono::nanoseconds slept = now - from - (time_.busy() - busy_before);
  return slept > shortest_sleep ? std::optional(from + slept) : std::nullopt;
}

}  // namespace llmload::net
