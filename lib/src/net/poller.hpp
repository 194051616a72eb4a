#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_set>

#include "net/arrival_clock.hpp"
#include "net/thread_time.hpp"

namespace llmload::net {

/// Tells sockets that they are ready, through an epoll descriptor of its own that the io_context watches.
/// Asio's own wait costs a system call and a trip through its scheduler each time; this costs them once for
/// all that became ready together. One per io_context, used by its thread alone.
class Poller {
 public:
  /// Who is told. It may close itself and others, and start anything, when it is.
  class Target {
   public:
    /// `events`: EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLERR, EPOLLHUP; told once for each change
    /// (edge-triggered).
    virtual void on_ready(std::uint32_t events) = 0;
    /// Its rest() is over.
    virtual void on_rested() = 0;
    /// The Poller ends: who waits will never be told, and is to be dropped.
    virtual void abandon() = 0;

   protected:
    ~Target() = default;
  };

  explicit Poller(const boost::asio::any_io_executor& executor);
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  boost::asio::any_io_executor executor() { return epoll_.get_executor(); }

  /// From now on `target` is told of `fd`; it must outlive its remove(). False: errno says why.
  bool add(int fd, Target& target);
  /// Before `fd` is closed.
  void remove(int fd, Target& target);
  /// Calls `target`'s on_rested() when the others, timers and posts have had their turn, also behind each of
  /// those that rest, too. Once for each call.
  void rest(Target& target);

  /// What a target that is being told finds in a socket that it had emptied came later than this,
  /// a point before the last look that would have told of everything. Time(): there was none.
  [[nodiscard]] Time empty_since() const { return empty_since_; }
  /// Likewise: the end of the thread's last sleep that is known of. Two system calls, at most once a look.
  [[nodiscard]] Time slept_until();
  /// Of the thread whose loop this is.
  [[nodiscard]] SleepBound& sleep() { return sleep_; }

 private:
  void wait();
  void tell_all();
  void tell_rested();
  void tell_rested_later();

  boost::asio::posix::stream_descriptor epoll_;
  std::unordered_set<Target*> targets_;  // while there is none nothing is awaited: an io_context can run dry
  std::deque<Target*> resting_;          // null: it has left
  bool waiting_ = false;
  std::array<epoll_event, 256> ready_{};
  std::size_t ready_count_ = 0;
  Time empty_since_;
  SleepBound sleep_;
  Time slept_until_;
  bool asked_for_sleep_ = false;  // since the last look
};

}  // namespace llmload::net
