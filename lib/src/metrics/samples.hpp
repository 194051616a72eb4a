#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "metrics/percentile.hpp"

namespace llmload::metrics {

/// All raw values of one metric, for exact percentiles: 8 bytes each. A deque, for a vector's doubling would
/// need three times that at its worst.
class Samples {
 public:
  void add(const std::optional<double>& value) {
    if (value) values_.push_back(*value);
  }

  /// Sorts a copy, which lives as long as the call. Empty without a value.
  [[nodiscard]] std::optional<Distribution> distribution() const {
    if (values_.empty()) return std::nullopt;
    return metrics::distribution({values_.begin(), values_.end()});
  }

 private:
  std::deque<double> values_;
};

}  // namespace llmload::metrics
