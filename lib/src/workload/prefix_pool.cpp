#include "workload/prefix_pool.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "workload/random.hpp"

namespace llmload::workload {
namespace {

constexpr std::uint64_t of_prefixes = 2;  // else they would be drawn as lengths and answers are
constexpr std::uint64_t nobody = std::numeric_limits<std::uint64_t>::max();

/// The law's distribution function at each prefix.
std::vector<double> cumulated(std::uint64_t count, double exponent) {
  std::vector<double> sums(count);
  double sum = 0;
  for (std::uint64_t k = 0; k < count; ++k) sums[k] = sum += std::pow(static_cast<double>(k + 1), -exponent);
  for (double& s : sums) s /= sum;
  return sums;
}

}  // namespace

PrefixPool::PrefixPool(const Shape& shape)
    : shape_(shape), cumulated_(shape.zipf ? cumulated(shape.count, *shape.zipf) : std::vector<double>()) {}

std::uint64_t PrefixPool::prefix_of(std::uint64_t seed, std::uint64_t index) const {
  Random random(mixed(mixed(seed, of_prefixes), index));
  if (!shape_.zipf) return random.next() % shape_.count;
  const auto found = std::ranges::lower_bound(cumulated_, random.uniform());
  return std::min(static_cast<std::uint64_t>(found - cumulated_.begin()), shape_.count - 1);
}

bool PrefixPool::is_used_before(std::uint64_t seed, std::uint64_t index) const {
  const std::scoped_lock lock(mutex_);
  if (first_.of.empty() || first_.seed != seed)
    first_ = {seed, 0, std::vector<std::uint64_t>(shape_.count, nobody)};
  for (; first_.until <= index; ++first_.until) {
    std::uint64_t& first = first_.of[prefix_of(seed, first_.until)];
    first = std::min(first, first_.until);
  }
  return first_.of[prefix_of(seed, index)] < index;
}

}  // namespace llmload::workload
