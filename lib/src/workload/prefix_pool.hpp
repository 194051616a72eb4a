#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace llmload::workload {

/// Prefixes that many requests share: which of them each request has. Const functions may be called by
/// several threads at once.
class PrefixPool {
 public:
  struct Shape {
    unsigned tokens = 0;  ///< of each prefix
    std::uint64_t count = 1;
    std::optional<double> zipf =
        {};  ///< prefix k (1, 2 ...) has weight k to the power of -zipf; empty: all alike
  };

  explicit PrefixPool(const Shape& shape);

  [[nodiscard]] unsigned tokens() const { return shape_.tokens; }
  /// The prefix of request `index`: 0 to count - 1. Of `seed` alone, not of a salt: with the same seed the
  /// same requests share.
  [[nodiscard]] std::uint64_t prefix_of(std::uint64_t seed, std::uint64_t index) const;
  /// Whether a request before `index` has its prefix, too. It takes a bit of work for each request up to
  /// `index` once, and memory for each prefix.
  [[nodiscard]] bool is_used_before(std::uint64_t seed, std::uint64_t index) const;

 private:
  const Shape shape_;
  std::vector<double> cumulated_;  // of the law, where it is not uniform: 0 to 1

  struct FirstUses {
    std::uint64_t seed = 0, until = 0;  // requests that were looked at
    std::vector<std::uint64_t> of;      // of each prefix; `nobody` where none of these has it
  };
  mutable std::mutex mutex_;
  mutable FirstUses first_;
};

}  // namespace llmload::workload
