#include "metrics/stores/percentile.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "llmload/error.hpp"

namespace llmload::metrics {
namespace {

void sort_samples(std::vector<double>& samples) {
  if (samples.empty()) throw InputError("there is no sample");
  if (std::ranges::any_of(samples, [](double x) { return std::isnan(x); }))
    throw InputError("a sample is nan");
  std::ranges::sort(samples);
}

}  // namespace

double percentile_of_sorted(std::span<const double> sorted, double q) {
  const double h = static_cast<double>(sorted.size() - 1) * q;
  const auto below = static_cast<std::size_t>(std::floor(h));
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (h - std::floor(h)) * (sorted[above] - sorted[below]);
}

double percentile(std::vector<double> samples, double q) {
  if (!(q >= 0 && q <= 1)) throw InputError("a percentile is from 0 to 1");
  sort_samples(samples);
  return percentile_of_sorted(samples, q);
}

Distribution distribution(std::vector<double> samples) {
  sort_samples(samples);
  Distribution d;
  d.count = samples.size();
  const auto n = static_cast<double>(samples.size());
  d.mean = std::accumulate(samples.begin(), samples.end(), 0.0) / n;
  double squares = 0;
  for (const double x : samples) squares += (x - d.mean) * (x - d.mean);
  d.sd = samples.size() > 1 ? std::sqrt(squares / (n - 1)) : 0;
  d.min = samples.front();
  d.max = samples.back();
  d.p50 = percentile_of_sorted(samples, 0.50);
  d.p90 = percentile_of_sorted(samples, 0.90);
  d.p95 = percentile_of_sorted(samples, 0.95);
  d.p99 = percentile_of_sorted(samples, 0.99);
  d.p999 = percentile_of_sorted(samples, 0.999);
  return d;
}

}  // namespace llmload::metrics
