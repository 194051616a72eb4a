#pragma once

#include <chrono>
#include <cstddef>

#include "net/arrival_clock.hpp"

namespace llmload::net {

/// What one connection may take of its thread from one wake-up: a peer that always has more to say must not
/// keep the other connections, the limits and the cancellation from theirs.
class Turn {
 public:
  static constexpr std::size_t most_bytes = 256 * 1024;
  static constexpr std::chrono::milliseconds longest{1};  ///< from its first read to another one

  void begin() { *this = {}; }
  /// What was read, and when.
  void on_read(std::size_t bytes, Time at) {
    if (bytes_ == 0) first_ = at;
    bytes_ += bytes;
    over_ = bytes_ >= most_bytes;
  }
  /// Before another read: what came of the one before may have taken long.
  void look(Time now) { over_ = over_ || now - first_ >= longest; }
  [[nodiscard]] bool has_read() const { return bytes_ != 0; }
  /// Nothing more is read before the next one begins.
  [[nodiscard]] bool is_over() const { return over_; }

 private:
  std::size_t bytes_ = 0;
  Time first_;
  bool over_ = false;
};

}  // namespace llmload::net
