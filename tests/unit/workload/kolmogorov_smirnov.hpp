#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace llmload {

/// The greatest distance between the distribution of `values` (not empty) and the law `cdf`. A value is known
/// to `resolution` / 2 either way (0: exactly), and is at least 0: where many round to the same, that is no
/// deviation from the law.
template <class Cdf>
double kolmogorov_distance(std::vector<double> values, double resolution, Cdf cdf) {
  std::sort(values.begin(), values.end());
  const double n = static_cast<double>(values.size());
  double distance = 0;
  for (auto first = values.begin(); first != values.end();) {
    const auto last = std::upper_bound(first, values.end(), *first);
    const double below = static_cast<double>(first - values.begin()) / n;
    const double up_to = static_cast<double>(last - values.begin()) / n;
    distance = std::max({distance, std::abs(cdf(std::max(0.0, *first - resolution / 2)) - below),
                         std::abs(cdf(*first + resolution / 2) - up_to)});
    first = last;
  }
  return distance;
}

/// How probable so great a distance is for `n` independent values of that very law: Kolmogorov's limit, with
/// Stephens' correction for n (good from n = 5 on).
inline double kolmogorov_p(double distance, std::size_t n) {
  const double root = std::sqrt(static_cast<double>(n));
  const double x = (root + 0.12 + 0.11 / root) * distance;
  if (x < 0.2) return 1;  // within 1e-12; the series needs ever more terms here
  double sum = 0;
  for (int k = 1; k <= 100; ++k) sum += (k % 2 == 1 ? 2 : -2) * std::exp(-2.0 * k * k * x * x);
  return std::clamp(sum, 0.0, 1.0);
}

/// The distribution function of the gamma law with `shape` and scale 1: the regularised incomplete gamma
/// function P(shape, x), by its series below the law's bulk and by Lentz's continued fraction above.
inline double gamma_cdf(double shape, double x) {
  if (x <= 0) return 0;
  const double front = std::exp(shape * std::log(x) - x - std::lgamma(shape));
  if (x < shape + 1) {
    double term = 1 / shape, sum = term;
    for (double k = shape + 1; term > sum * 1e-16; ++k) sum += term *= x / k;
    return front * sum;
  }
  double b = x + 1 - shape, c = 1e300, d = 1 / b, fraction = d;
  for (double i = 1, step = 0; std::abs(step - 1) > 1e-15 && i < 10'000; ++i) {
    const double a = -i * (i - shape);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    step = c * d;
    fraction *= step;
  }
  return 1 - front * fraction;
}

/// Of mean 1.
inline double exponential_cdf(double x) { return -std::expm1(-x); }

}  // namespace llmload
