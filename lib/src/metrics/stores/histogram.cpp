#include "metrics/stores/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace llmload::metrics {
namespace {

constexpr unsigned per_octave_bits = 9;
constexpr std::uint64_t per_octave = 1U << per_octave_bits;
constexpr std::uint64_t exact = 2 * per_octave;                // below it a bucket is one wide
constexpr std::uint64_t octaves = 63 - (per_octave_bits + 1);  // from `exact` to the largest int64
constexpr std::uint64_t bucket_count = exact + octaves * per_octave;

std::uint64_t bucket_of(std::uint64_t value) {
  if (value < exact) return value;
  const auto octave = static_cast<unsigned>(std::bit_width(value) - std::bit_width(exact));
  return exact + octave * per_octave + (value >> (octave + 1)) - per_octave;
}

double middle_of(std::uint64_t bucket) {
  if (bucket < exact) return static_cast<double>(bucket);
  const std::uint64_t octave = (bucket - exact) / per_octave;
  const std::uint64_t lowest = (per_octave + (bucket - exact) % per_octave) << (octave + 1);
  const std::uint64_t last = (std::uint64_t{2} << octave) - 1;
  return static_cast<double>(lowest) + static_cast<double>(last) / 2;
}

}  // namespace

void Histogram::add(std::chrono::nanoseconds time, std::uint64_t times) {
  if (times == 0) return;
  if (buckets_.empty()) buckets_.resize(bucket_count);
  time = std::max(time, std::chrono::nanoseconds(0));
  const auto value = static_cast<std::uint64_t>(time.count());
  buckets_[bucket_of(value)] += times;
  count_ += times;
  min_ = std::min(min_, time);
  max_ = std::max(max_, time);
  sum_ += Wide{value} * times;
  squares_ += Wide{value} * value * times;
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  buckets_.resize(bucket_count);
  for (std::size_t i = 0; i < bucket_count; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
  squares_ += other.squares_;
}

double Histogram::value_at(std::uint64_t rank) const {
  std::uint64_t bucket = 0;
  for (std::uint64_t seen = buckets_[0]; seen <= rank; seen += buckets_[bucket]) ++bucket;
  return std::clamp(middle_of(bucket), static_cast<double>(min_.count()), static_cast<double>(max_.count()));
}

double Histogram::percentile(double q) const {
  const double h = static_cast<double>(count_ - 1) * q;
  const auto below = static_cast<std::uint64_t>(h);
  const double low = value_at(below), high = value_at(std::min(below + 1, count_ - 1));
  return low + (h - std::floor(h)) * (high - low);
}

/// The mean is whole + rest / count. Integers about `whole` first: doubles would lose what is left of two
/// large sums. Unsigned arithmetic wraps, so only the result has to fit.
double Histogram::squared_deviations() const {
  const Wide whole = sum_ / count_, rest = sum_ % count_;
  const Wide about_whole = squares_ - 2 * whole * sum_ + whole * whole * count_;
  const auto r = static_cast<double>(rest);
  return static_cast<double>(about_whole) - r * r / static_cast<double>(count_);
}

std::optional<Distribution> Histogram::distribution_ms() const {
  if (count_ == 0) return std::nullopt;
  constexpr double ms = 1e6;
  const auto n = static_cast<double>(count_);
  Distribution d;
  d.count = count_;
  d.mean = static_cast<double>(sum_) / n / ms;
  d.sd = count_ > 1 ? std::sqrt(squared_deviations() / (n - 1)) / ms : 0;
  d.min = static_cast<double>(min_.count()) / ms;
  d.max = static_cast<double>(max_.count()) / ms;
  d.p50 = percentile(0.50) / ms;
  d.p90 = percentile(0.90) / ms;
  d.p95 = percentile(0.95) / ms;
  d.p99 = percentile(0.99) / ms;
  d.p999 = percentile(0.999) / ms;
  d.from_histogram = true;
  return d;
}

}  // namespace llmload::metrics
