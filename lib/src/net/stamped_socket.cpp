#include "net/stamped_socket.hpp"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "net/arrival_clock.hpp"

namespace llmload::net {
namespace {

using namespace std::chrono_literals;

constexpr auto switch_on_limit = 50ms;  // a few are usual
constexpr auto late_read = 2ms;         // from stamp to read; beyond it lost segments are looked for
constexpr auto clock_noise = 10us;      // between two conversions of one stamp

void ask_for_stamps(int fd) {
  const unsigned flags = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
  // A kernel without stamps is no error: arrivals are then timed at the read, and say so.
  (void)::setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags);
}

std::optional<WallTime> kernel_stamp(msghdr& message) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPING) continue;
    scm_timestamping stamps;
    std::memcpy(&stamps, CMSG_DATA(c), sizeof stamps);
    const WallTime stamp(std::chrono::seconds(stamps.ts[0].tv_sec) +
                         std::chrono::nanoseconds(stamps.ts[0].tv_nsec));
    return stamp == WallTime() ? std::nullopt : std::optional(stamp);  // a segment without one has zeros
  }
  return std::nullopt;
}

struct Received {
  ssize_t bytes = 0;
  std::optional<WallTime> stamp;
};

Received receive_stamped(int fd, void* data, std::size_t size) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(scm_timestamping)) + 64];
  iovec part{data, size};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t n = 0;
  do n = ::recvmsg(fd, &message, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  return {n, n > 0 ? kernel_stamp(message) : std::nullopt};
}

}  // namespace

void StampedSocket::attach(int fd) {
  fd_ = fd;
  drained_ = full_ = true;  // until epoll says otherwise; it may still be connecting
  ended_ = false;
  out_of_order_ = 0;
  empty_since_ = last_came_ = Time();
  arrival_ = {};
  ask_for_stamps(fd);
}

std::ptrdiff_t StampedSocket::receive(void* data, std::size_t size) {
  if (drained_) {
    errno = EAGAIN;
    return -1;
  }
  // The kernel's stamps need no other clock.
  const Time before = arrival_.source == TimeSource::user ? monotonic_now() : Time();
  const Received received = receive_stamped(fd_, data, size);
  if (received.bytes > 0) {
    const bool emptied = static_cast<std::size_t>(received.bytes) < size;
    drained_ = emptied && !ended_;
    stamp(received.stamp);
    arrival_.exact = emptied && arrival_.source == TimeSource::kernel;
    arrival_.earliest = std::min(std::max(empty_since_, last_came_), arrival_.at);
    // Of our own reads only the begin of one that left nothing behind tells when the rest came.
    if (arrival_.source == TimeSource::kernel)
      last_came_ = arrival_.at;
    else if (emptied)
      last_came_ = std::max(last_came_, before);
  } else if (received.bytes < 0) {
    drained_ = errno == EAGAIN || errno == EWOULDBLOCK;
  }
  return received.bytes;
}

std::ptrdiff_t StampedSocket::send(const void* data, std::size_t size) {
  const Time before = monotonic_now();
  ssize_t n = 0;
  do n = ::send(fd_, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  if (n > 0) sent_at_ = before;
  full_ = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  return n;
}

void StampedSocket::ready(bool readable, bool writable, bool ended, Time empty_since) {
  if (drained_) empty_since_ = empty_since;
  ended_ = ended_ || ended;
  if (readable || ended_) drained_ = false;
  if (writable || ended_) full_ = false;
}

void StampedSocket::stamp(std::optional<WallTime> from_kernel) {
  if (!from_kernel) {
    const Time now = monotonic_now();
    arrival_ = {now, now, TimeSource::user, false, {}};
    return;
  }
  const ClockReading now = read_clocks();
  const Time previous = arrival_.at;
  arrival_ = {now.monotonic_after, now.monotonic_after, TimeSource::user, false, {}};
  const auto converted = clock_->to_monotonic(*from_kernel, now);
  if (!converted) return;
  // After a loss the stamp can be that of a segment which had waited for the missing one: early by the whole
  // retransmission. It is, where it is before the connection's previous arrival, or where segments have come
  // out of order since the last look, which is a system call: only late reads are looked at.
  const bool before_previous = wanted_ == TimeSource::kernel && *converted + clock_noise < previous;
  const Time not_before = wanted_ == TimeSource::kernel ? std::min(previous, arrival_.read_at) : Time();
  const Time at = std::clamp(*converted, not_before, arrival_.read_at);
  const bool late = arrival_.read_at - at > late_read;
  if (before_previous || (late && segments_came_out_of_order())) {
    arrival_.reordered = true;
    return;
  }
  arrival_.read_lag = arrival_.read_at - at;
  if (wanted_ == TimeSource::user) return;
  arrival_.at = at;
  arrival_.source = TimeSource::kernel;
}

std::chrono::nanoseconds StampedSocket::min_rtt() const {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0ns;
  if (size < offsetof(tcp_info, tcpi_min_rtt) + sizeof info.tcpi_min_rtt) return 0ns;
  constexpr auto none = ~decltype(info.tcpi_min_rtt){0};  // no round trip was timed yet
  return info.tcpi_min_rtt == none ? 0us : std::chrono::microseconds(info.tcpi_min_rtt);
}

bool StampedSocket::segments_came_out_of_order() {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
  if (size < offsetof(tcp_info, tcpi_rcv_ooopack) + sizeof info.tcpi_rcv_ooopack) return false;
  const bool grew = info.tcpi_rcv_ooopack != out_of_order_;
  out_of_order_ = info.tcpi_rcv_ooopack;
  return grew;
}

StampingKeeper::StampingKeeper() : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  if (fd_ < 0) return;
  ask_for_stamps(fd_);
  // Datagrams to ourselves until one is stamped.
  sockaddr_in self{};
  self.sin_family = AF_INET;
  self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof self;
  auto* const address = static_cast<sockaddr*>(static_cast<void*>(&self));
  if (::bind(fd_, address, size) != 0 || ::getsockname(fd_, address, &size) != 0) return;
  if (::connect(fd_, address, size) != 0) return;
  const Time limit = monotonic_now() + switch_on_limit;
  char byte = 0;
  do {
    if (::send(fd_, &byte, 1, 0) != 1) return;
  } while (!receive_stamped(fd_, &byte, 1).stamp && monotonic_now() < limit);
}

StampingKeeper::~StampingKeeper() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace llmload::net
