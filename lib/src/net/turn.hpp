#pragma once

#include <cstddef>
#include <cstdint>

namespace llmload::net {

/// What one connection may take of its thread from one wake-up: a peer that always has more to say must not
/// keep the other connections, the limits and the cancellation from theirs.
class Turn {
 public:
  static constexpr std::size_t most_bytes = 256 * 1024;
  static constexpr std::int64_t longest = 1'000'000;  ///< ns, from its first read to another one

  void begin() { *this = {}; }
  /// What was read, and when (CLOCK_MONOTONIC, ns).
  void on_read(std::size_t bytes, std::int64_t at) {
    if (bytes_ == 0) first_ = at;
    bytes_ += bytes;
    over_ = bytes_ >= most_bytes;
  }
  /// Before another read: what came of the one before may have taken long.
  void look(std::int64_t now) { over_ = over_ || now - first_ >= longest; }
  [[nodiscard]] bool has_read() const { return bytes_ != 0; }
  /// Nothing more is read before the next one begins.
  [[nodiscard]] bool is_over() const { return over_; }

 private:
  std::size_t bytes_ = 0;
  std::int64_t first_ = 0;
  bool over_ = false;
};

}  // namespace llmload::net
