#pragma once

#include <cmath>
#include <optional>

#include "llmload/summary.hpp"

namespace llmload::metrics {

/// Sets a metric's uncertainty, from what it is at the earliest times at which events can have arrived. Where
/// nothing can be computed from these it is not known.
inline void note_uncertainty(std::optional<Distribution>& metric,
                             const std::optional<Distribution>& earliest) {
  if (!metric || !earliest) return;
  metric->uncertainty_p50 = std::abs(metric->p50 - earliest->p50);
  metric->uncertainty_p99 = std::abs(metric->p99 - earliest->p99);
}

}  // namespace llmload::metrics
