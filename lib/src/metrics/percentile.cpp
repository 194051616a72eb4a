#include "metrics/percentile.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace llmload::metrics {

double percentile(std::span<const double> sorted, double q) {
  const double h = static_cast<double>(sorted.size() - 1) * q;
  const auto below = static_cast<std::size_t>(std::floor(h));
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (h - std::floor(h)) * (sorted[above] - sorted[below]);
}

Distribution distribution(std::vector<double> samples) {
  std::ranges::sort(samples);
  Distribution d;
  d.count = samples.size();
  const auto n = static_cast<double>(samples.size());
  d.mean = std::accumulate(samples.begin(), samples.end(), 0.0) / n;
  double squares = 0;
  for (const double x : samples) squares += (x - d.mean) * (x - d.mean);
  d.sd = samples.size() > 1 ? std::sqrt(squares / (n - 1)) : 0;
  d.min = samples.front();
  d.max = samples.back();
  d.p50 = percentile(samples, 0.50);
  d.p90 = percentile(samples, 0.90);
  d.p95 = percentile(samples, 0.95);
  d.p99 = percentile(samples, 0.99);
  d.p999 = percentile(samples, 0.999);
  return d;
}

}  // namespace llmload::metrics
