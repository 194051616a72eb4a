#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "metrics/stores/histogram.hpp"
#include "metrics/stores/percentile.hpp"

namespace llmload::metrics {

/// All raw values of one metric, not below 0, for exact percentiles: a million of them, and from there on a
/// histogram, of their millionths. A deque, for a vector's doubling would need three times the memory at its
/// worst.
class Samples {
 public:
  static constexpr std::size_t most_raw = 1'000'000;

  void add(const std::optional<double>& value) {
    if (!value) return;
    if (is_beyond()) return histogram_.add(millionths(*value));
    values_.push_back(*value);
    if (values_.size() > most_raw) go_beyond();
  }

  /// As if all values of `other` had been added here: the same distribution, to the last bit.
  void merge(const Samples& other) {
    if (other.is_beyond()) {
      go_beyond();
      histogram_.merge(other.histogram_);
    }
    for (const double value : other.values_) add(value);
  }

  /// Sorts a copy, which lives as long as the call. Empty without a value.
  [[nodiscard]] std::optional<Distribution> distribution() const {
    if (is_beyond()) return histogram_.distribution_ms();
    if (values_.empty()) return std::nullopt;
    return metrics::distribution({values_.begin(), values_.end()});
  }

 private:
  [[nodiscard]] bool is_beyond() const { return histogram_.count() > 0; }
  void go_beyond() {
    for (const double raw : std::exchange(values_, {})) histogram_.add(millionths(raw));
  }
  static std::int64_t millionths(double value) { return std::llround(std::min(value, 9e12) * 1e6); }

  std::deque<double> values_;
  Histogram histogram_;
};

}  // namespace llmload::metrics
