#pragma once

#include <span>
#include <vector>

#include "llmload/summary.hpp"

namespace llmload::metrics {

/// numpy's default (linear, type 7): h = (n - 1) q; x[floor h] + (h - floor h) (x[floor h + 1] - x[floor h]).
/// `sorted` must be ascending and not empty; `q` is from 0 to 1.
double percentile(std::span<const double> sorted, double q);

/// All of a Distribution from raw samples, which must not be empty. sd is the sample's (n - 1); 0 for one.
Distribution distribution(std::vector<double> samples);

}  // namespace llmload::metrics
