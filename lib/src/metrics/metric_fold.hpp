#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "llmload/metrics.hpp"
#include "llmload/summary.hpp"
#include "metrics/metric.hpp"
#include "metrics/stores/accumulator.hpp"

namespace llmload::metrics {

/// Folds the catalogue's metrics, those that `stage` has, over successful requests.
class MetricFold {
 public:
  MetricFold(const Stage& stage, const SummarySettings& settings);

  void add(const Sample& sample) {
    for (std::size_t needs = 0; needs < needs_count; ++needs) {
      if (!is_met(static_cast<Needs>(needs), sample.record)) continue;
      for (Accumulator* const metric : by_needs_[needs]) metric->add(sample);
    }
  }
  /// As if all that `other` was given had come here. `other`: of the same stage and settings.
  void merge(const MetricFold& other);
  /// Those that have a value; each with its error of our own, as a calibration found it.
  [[nodiscard]] MetricValues values(const std::optional<OwnErrorP99>& own_error) const;

 private:
  std::vector<std::unique_ptr<Accumulator>> metrics_;  // as the catalogue has them; null: the stage has not
  std::array<std::vector<Accumulator*>, needs_count> by_needs_;
};

}  // namespace llmload::metrics
