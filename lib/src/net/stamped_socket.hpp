#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "llmload/request_record.hpp"
#include "net/arrival_clock.hpp"

namespace llmload::net {

/// When the bytes of one read had arrived.
struct Arrival {
  Time at;       ///< the kernel's stamp of the last byte, or `read_at` where it can't be trusted
  Time read_at;  ///< when we read it
  TimeSource source = TimeSource::user;
  bool reordered = false;  ///< segments had come out of order, so the kernel's stamp may be early
  /// From the kernel's stamp to our read, where that is known.
  std::optional<std::chrono::nanoseconds> read_lag;
  /// Nothing followed the last byte, which arrived at `at`: the kernel says so. Else it arrived between
  /// `earliest` and `at`, as the bytes before it did in any case.
  bool exact = true;
  Time earliest = {};  ///< the socket was still empty then; Time(): that is not known
};

/// Receives from a non-blocking TCP socket with the kernel's receive stamps (SO_TIMESTAMPING). Not the owner
/// of the descriptor.
class StampedSocket {
 public:
  /// `wanted` user: arrivals are timed at the read, and the kernel's stamps tell no more than the read lag.
  StampedSocket(ArrivalClock& clock, TimeSource wanted) : clock_(&clock), wanted_(wanted) {}

  /// Takes a new descriptor, of which nothing is known, and asks the kernel to stamp what it receives.
  void attach(int fd);

  /// As recv(2): bytes read, 0 at the end, -1 with errno. After a short read it answers EAGAIN by itself
  /// until ready() is called: the socket is empty then, and epoll tells when it is not.
  std::ptrdiff_t receive(void* data, std::size_t size);
  /// As send(2), without SIGPIPE.
  std::ptrdiff_t send(const void* data, std::size_t size);

  /// What epoll said: there is something to read, or room to write, or the peer has ended. Where the socket
  /// was drained, what there is came after `empty_since`.
  void ready(bool readable, bool writable, bool ended, Time empty_since);
  [[nodiscard]] bool drained() const { return drained_; }  ///< nothing to read until ready() says so
  [[nodiscard]] bool full() const { return full_; }        ///< no room to write, likewise

  /// Of the last receive() that returned bytes.
  [[nodiscard]] const Arrival& arrival() const { return arrival_; }
  /// Just before the last send() that took bytes.
  [[nodiscard]] Time sent_at() const { return sent_at_; }
  /// The connection's least round trip as the kernel knows it (tcpi_min_rtt); 0: not known.
  [[nodiscard]] std::chrono::nanoseconds min_rtt() const;

 private:
  void stamp(std::optional<WallTime> from_kernel);
  bool segments_came_out_of_order();

  ArrivalClock* clock_;
  TimeSource wanted_;
  int fd_ = -1;
  bool drained_ = false;
  bool full_ = false;
  bool ended_ = false;              // the end is told once, perhaps together with the last bytes
  std::uint32_t out_of_order_ = 0;  // tcpi_rcv_ooopack when it was last read
  Time empty_since_;                // what is there to read came later
  Time last_came_;                  // likewise: what the reads before have taken came by then
  Arrival arrival_;
  Time sent_at_;
};

/// Keeps the kernel's receive stamping switched on for its lifetime: it is switched on with the first socket
/// that asks, a little later than at once, and off with the last one. Made when it is on, or when it took so
/// long that this kernel has none.
class StampingKeeper {
 public:
  StampingKeeper();
  ~StampingKeeper();
  StampingKeeper(const StampingKeeper&) = delete;
  StampingKeeper& operator=(const StampingKeeper&) = delete;

 private:
  int fd_;
};

}  // namespace llmload::net
