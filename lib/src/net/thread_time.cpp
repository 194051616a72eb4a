#include "net/thread_time.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <ctime>

#include "net/arrival_clock.hpp"

namespace llmload::net {
namespace {

constexpr std::int64_t shortest_sleep = 20'000;  // ns; less may be the clocks' own noise
constexpr std::int64_t usual_lag = 1'000'000;    // ns, of a timer

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
  std::int64_t waited() {
    if (fd_ < 0) fd_ = ::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    std::array<char, 96> text{};
    const ssize_t size = ::pread(fd_, text.data(), text.size(), 0);
    const char* const end = text.data() + (size > 0 ? size : 0);
    std::int64_t ran = 0, waited = 0;
    const auto [next, error] = std::from_chars(text.data(), end, ran);
    if (error != std::errc{} || next == end) return 0;
    std::from_chars(next + 1, end, waited);
    return waited;
  }

 private:
  int fd_ = -1;
};

}  // namespace

ThreadTime time_of_this_thread() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  thread_local SchedStat stat;
  return {std::int64_t{t.tv_sec} * ns_per_second + t.tv_nsec, stat.waited()};
}

// The thread may lose its core between two readings. Before an interval its times are read first, and behind
// it last: what happens between counts as busy, and the bound is early rather than wrong.

void SleepBound::tick(std::int64_t period) {
  time_ = time_of_this_thread();
  from_ = monotonic_now();
  next_tick_ = from_ + period + usual_lag;
}

std::optional<std::int64_t> SleepBound::last_sleep() {
  const std::int64_t now = monotonic_now(), from = from_;
  const std::int64_t busy_before = time_.busy();
  time_ = time_of_this_thread();
  from_ = monotonic_now();
  // A tick that is overdue: the process may have been stopped, which looks like sleep and is none. Nor is a
  // wait for a core, where the kernel does not tell of it.
  if (next_tick_ == 0 || now > next_tick_ || time_.waited == 0) return std::nullopt;
  const std::int64_t slept = now - from - (time_.busy() - busy_before);
  return slept > shortest_sleep ? std::optional(from + slept) : std::nullopt;
}

}  // namespace llmload::net
