#pragma once

#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "net/arrival_clock.hpp"

namespace test {

/// Two machines, each a network namespace with one TUN device, and the cable between them, which can lose
/// segments. Needs root and /dev/net/tun: see why_not().
class TunPair {
 public:
  TunPair();
  ~TunPair();
  TunPair(const TunPair&) = delete;
  TunPair& operator=(const TunPair&) = delete;

  /// Why this machine can't have one; "" where it can. Nothing else may then be called.
  [[nodiscard]] const std::string& why_not() const { return why_not_; }

  /// The two ends of a TCP connection between the machines. The caller closes them.
  [[nodiscard]] int near() const { return near_.socket; }
  [[nodiscard]] int far() const { return far_.socket; }

  /// Of the next segments with new data from the far end those that are true are lost, and again each time
  /// they are sent anew ...
  void lose(std::vector<bool> pattern);
  /// ... until this lets the first of them through, when it is sent again, ...
  void lose_one_less();
  /// ... or this all.
  void lose_no_more();

  /// When the segments with data from the far end went on to the near one, in order: CLOCK_MONOTONIC, just
  /// before.
  [[nodiscard]] std::vector<llmload::net::Time> forwarded() const;
  /// Until `count` of them have.
  void wait_until_forwarded(std::size_t count) const;

 private:
  struct Machine {
    int device = -1, socket = -1;
  };
  static Machine make_machine(const char* address, bool listens);
  void carry(const std::stop_token& stop);
  void forward(int from, int to, bool may_lose);

  std::string why_not_;
  Machine near_, far_;
  mutable std::mutex mutex_;
  std::vector<bool> pattern_;
  std::vector<std::uint32_t> seen_, lost_;  // sequence numbers
  std::vector<llmload::net::Time> forwarded_;
  std::jthread carrier_;
};

}  // namespace test
