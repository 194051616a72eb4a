#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "llmload/summary.hpp"

namespace llmload::metrics {

/// Durations by the million, in bounded memory: 220 KiB from the first value on, however many follow, for
/// any value that an int64 holds. Count, mean, sd, min and max are exact, for the sums are integers; thus the
/// order of values and merges changes no bit.
/// Buckets are one wide below 1,024 ns, and 512 to a power of two above: the middle of a bucket is within
/// 1/1024 (0.098 %) of each of its members.
class Histogram {
 public:
  /// `time` >= 0, `times` over.
  void add(std::chrono::nanoseconds time, std::uint64_t times = 1);
  /// As milliseconds, if there is one.
  void add_ms(std::optional<double> ms) {
    if (ms) add(std::chrono::nanoseconds(std::llround(*ms * 1e6)));
  }
  /// As if all values of `other` had been added here.
  void merge(const Histogram& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// In ns, `q` from 0 to 1: numpy's linear percentile of the values, each replaced by the middle of its
  /// bucket; so it is within 0.1 % of numpy's of the values themselves. At least one value.
  [[nodiscard]] double percentile(double q) const;
  /// In ms; empty without a value.
  [[nodiscard]] std::optional<Distribution> distribution_ms() const;

 private:
  __extension__ typedef unsigned __int128 Wide;

  [[nodiscard]] double value_at(std::uint64_t rank) const;
  [[nodiscard]] double squared_deviations() const;

  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::chrono::nanoseconds min_ = std::chrono::nanoseconds::max(), max_{0};
  Wide sum_ = 0;
  Wide squares_ = 0;
};

}  // namespace llmload::metrics
