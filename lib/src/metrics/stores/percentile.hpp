#pragma once

#include <span>

#include "llmload/metrics.hpp"

namespace llmload::metrics {

/// percentile() of samples that are in ascending order, and not empty.
[[nodiscard]] double percentile_of_sorted(std::span<const double> sorted, double q);

}  // namespace llmload::metrics
