#pragma once

#include <array>
#include <cstdint>

namespace llmload::workload {

/// The next number of the generator splitmix64, whose state is `state`.
std::uint64_t splitmix64(std::uint64_t& state);

/// A seed of its own for each `index` under one `seed`.
std::uint64_t mixed(std::uint64_t seed, std::uint64_t index);

/// Random numbers that are the same with every compiler and standard library: the generator is xoshiro256**
/// (Blackman and Vigna), the distributions are ours. They use std::log and std::pow, whose last bit may
/// differ between C libraries.
class Random {
 public:
  /// The state is four numbers of splitmix64, as the generator's authors advise: any seed is a good one.
  explicit Random(std::uint64_t seed);
  /// `state` must not be all zero.
  explicit Random(const std::array<std::uint64_t, 4>& state) : state_(state) {}

  /// Uniform over all 64-bit numbers.
  std::uint64_t next();
  /// Uniform in (0, 1): an odd multiple of 2^-53, so neither end is ever drawn.
  double uniform();
  /// Of mean 1, by the inverse of the distribution function.
  double exponential();
  /// Of mean 0 and variance 1, by Marsaglia's polar method; the second number of each pair is not used.
  double normal();
  /// Of `shape` (above 0) and scale 1, by Marsaglia and Tsang's method.
  double gamma(double shape);

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace llmload::workload
