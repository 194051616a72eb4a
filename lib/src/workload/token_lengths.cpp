#include "llmload/token_lengths.hpp"

#include <cmath>
#include <string>

#include "llmload/error.hpp"
#include "workload/random.hpp"

namespace llmload {
namespace {

constexpr double least_share = 1e-3;  // of the draws that must fall inside the bounds

double normal_below(double value) { return std::erfc(-value / std::sqrt(2.0)) / 2; }

}  // namespace

TokenLengths::TokenLengths(Law law, const Spread& spread, std::uint64_t seed)
    : law_(law), spread_(spread), location_(spread.mean), scale_(spread.sd), seed_(seed) {
  if (!(spread.sd > 0)) throw InputError("sd must be above 0");
  if (spread.least == 0 || spread.least > spread.most)
    throw InputError("min must be at least 1, and at most max");
  const bool lognormal = law == Law::lognormal;
  if (lognormal) {
    if (!(spread.mean > 0)) throw InputError("the mean must be above 0");
    const double variance = std::log1p(spread.sd * spread.sd / (spread.mean * spread.mean));
    location_ = std::log(spread.mean) - variance / 2;
    scale_ = std::sqrt(variance);
  }
  const auto share_below = [&](double tokens) {
    return normal_below(((lognormal ? std::log(tokens) : tokens) - location_) / scale_);
  };
  if (share_below(spread.most + 0.5) - share_below(spread.least - 0.5) < least_share)
    throw InputError("fewer than 1 of 1,000 draws would fall between min and max");
}

TokenLengths TokenLengths::normal(const Spread& spread, std::uint64_t seed) {
  return {Law::normal, spread, seed};
}

TokenLengths TokenLengths::lognormal(const Spread& spread, std::uint64_t seed) {
  return {Law::lognormal, spread, seed};
}

TokenLengths TokenLengths::seeded(std::uint64_t seed) const {
  TokenLengths other = *this;
  if (law_ != Law::fixed) other.seed_ = seed;
  return other;
}

unsigned TokenLengths::operator()(std::uint64_t index) const {
  if (law_ == Law::fixed) return spread_.least;
  workload::Random random(workload::mixed(seed_, index));
  for (;;) {
    const double value = location_ + scale_ * random.normal();
    const double tokens = std::round(law_ == Law::lognormal ? std::exp(value) : value);
    if (tokens >= spread_.least && tokens <= spread_.most) return static_cast<unsigned>(tokens);
  }
}

}  // namespace llmload
