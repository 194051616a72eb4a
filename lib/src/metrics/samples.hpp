#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "metrics/percentile.hpp"

namespace llmload::metrics {

/// All raw values of one metric, for exact percentiles, each as a Number: a float is within 1e-7 of it. A
/// deque, for a vector's doubling would need three times the memory at its worst.
template <class Number = double>
class Samples {
 public:
  void add(const std::optional<double>& value) {
    if (value) values_.push_back(static_cast<Number>(*value));
  }

  /// Sorts a copy, which lives as long as the call. Empty without a value.
  [[nodiscard]] std::optional<Distribution> distribution() const {
    if (values_.empty()) return std::nullopt;
    return metrics::distribution({values_.begin(), values_.end()});
  }

 private:
  std::deque<Number> values_;
};

}  // namespace llmload::metrics
