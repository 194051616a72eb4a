#include "net/poller.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

namespace llmload::net {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_delivery = 50us;  // from the stamp of a segment to its place in the socket
constexpr auto longest_telling = 5ms;    // but for what one look found

int make_epoll() {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return fd;
}

}  // namespace

Poller::Poller(const boost::asio::any_io_executor& executor) : epoll_(executor, make_epoll()) {}

Poller::~Poller() {
  // What a coroutine holds goes with it, and may be a target, too.
  while (!targets_.empty()) {
    Target* const target = *targets_.begin();
    targets_.erase(targets_.begin());
    target->abandon();
  }
}

bool Poller::add(int fd, Target& target) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &target;
  if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, fd, &event) != 0) return false;
  targets_.insert(&target);
  if (!waiting_) wait();
  return true;
}

void Poller::remove(int fd, Target& target) {
  ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, fd, nullptr);
  // It may be among those that are just being told.
  for (epoll_event& event : std::span(ready_.data(), ready_count_)) {
    if (event.data.ptr == &target) event.data.ptr = nullptr;
  }
  std::ranges::replace(resting_, &target, nullptr);
  boost::system::error_code ignored;
  targets_.erase(&target);
  if (targets_.empty()) epoll_.cancel(ignored);
}

Time Poller::slept_until() {
  if (!std::exchange(asked_for_sleep_, true)) {
    if (const auto sleep = sleep_.last_sleep()) slept_until_ = *sleep - longest_delivery;
  }
  return slept_until_;
}

void Poller::wait() {
  waiting_ = true;
  epoll_.async_wait(epoll_.wait_read, [this](boost::system::error_code ec) {
    waiting_ = false;
    if (ec == boost::asio::error::operation_aborted && targets_.empty()) return;
    tell_all();
    if (!targets_.empty() && !waiting_) wait();
  });
}

void Poller::rest(Target& target) {
  resting_.push_back(&target);
  if (resting_.size() == 1) tell_rested_later();
}

/// One: the sockets of all others are looked at between two of them.
void Poller::tell_rested() {
  Target* const target = resting_.front();
  resting_.pop_front();
  if (!resting_.empty()) tell_rested_later();
  if (target != nullptr) target->on_rested();
}

void Poller::tell_rested_later() {
  boost::asio::post(executor(), [this] { tell_rested(); });
}

/// While some are told others become ready: looking again is cheaper than a trip through Asio. Its timers and
/// posts have their turn after so many as fit in one look, or so long.
void Poller::tell_all() {
  const Time until = monotonic_now() + longest_telling;
  for (std::size_t told = 0; told < ready_.size(); told += ready_count_) {
    const Time before = monotonic_now();
    if (before >= until) break;
    const int n = ::epoll_wait(epoll_.native_handle(), ready_.data(), static_cast<int>(ready_.size()), 0);
    ready_count_ = static_cast<std::size_t>(std::max(n, 0));
    asked_for_sleep_ = false;
    for (std::size_t i = 0; i < ready_count_; ++i) {
      if (ready_[i].data.ptr != nullptr) static_cast<Target*>(ready_[i].data.ptr)->on_ready(ready_[i].events);
    }
    // One that filled the list may have left others out.
    if (ready_count_ < ready_.size()) empty_since_ = before - longest_delivery;
    if (n <= 0) break;
  }
  ready_count_ = 0;
}

}  // namespace llmload::net
