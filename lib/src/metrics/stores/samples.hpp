#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "llmload/summary.hpp"
#include "metrics/stores/histogram.hpp"

namespace llmload::metrics {

/// All raw values of one metric, not below 0, for exact percentiles: a million of them, and from there on a
/// histogram, of their millionths. A deque, for a vector's doubling would need three times the memory at its
/// worst.
class Samples {
 public:
  static constexpr std::size_t most_raw = 1'000'000;

  void add(std::optional<double> value) {
    if (value) add_value(*value);
  }

  /// As if all values of `other` had been added here: the same distribution, to the last bit.
  void merge(const Samples& other);

  /// Sorts a copy, which lives as long as the call. Empty without a value.
  [[nodiscard]] std::optional<Distribution> distribution() const;

 private:
  void add_value(double value);  // apart, so that an add without a value is little code
  [[nodiscard]] bool is_beyond() const { return histogram_.count() > 0; }
  void go_beyond();

  std::deque<double> values_;
  Histogram histogram_;
};

}  // namespace llmload::metrics
