#pragma once

#include <cstdint>
#include <llmload/export.hpp>

namespace llmload {

/// How many tokens the requests 0, 1, 2 ... of a stage have: always as many, or as a distribution gives them.
/// A function of the index alone, so that a plan asks the same on 1 core and on 16, and in each of its
/// stages.
class LLMLOAD_EXPORT TokenLengths {
 public:
  /// Mean and standard deviation before the cut, and the least and the most tokens: what falls outside is
  /// drawn again, so those of what is left differ from these.
  struct Spread {
    double mean = 0;
    double sd = 0;
    unsigned least = 1;
    unsigned most = 1;

    bool operator==(const Spread&) const = default;
  };

  /// Always `tokens`.
  TokenLengths(unsigned tokens)  // NOLINT: a length is mostly a number
      : spread_{static_cast<double>(tokens), 0, tokens, tokens} {}

  /// Rounded to whole tokens. Throws InputError where sd is not above 0, the bounds are 0 or crossed, or
  /// fewer than 1 of 1,000 draws would fall inside them; the lognormal one also where the mean is not above
  /// 0.
  [[nodiscard]] static TokenLengths normal(const Spread& spread, std::uint64_t seed = 1);
  [[nodiscard]] static TokenLengths lognormal(const Spread& spread, std::uint64_t seed = 1);  ///< likewise

  /// The same distribution from another seed; a number needs none.
  [[nodiscard]] TokenLengths seeded(std::uint64_t seed) const;

  [[nodiscard]] unsigned operator()(std::uint64_t index) const;            ///< the tokens of this request
  [[nodiscard]] unsigned least() const noexcept { return spread_.least; }  ///< that a request can have
  [[nodiscard]] unsigned most() const noexcept { return spread_.most; }    ///< likewise
  bool operator==(const TokenLengths&) const = default;

 private:
  enum class Law : std::uint8_t { fixed, normal, lognormal };
  TokenLengths(Law law, const Spread& spread, std::uint64_t seed);

  Law law_ = Law::fixed;
  Spread spread_;
  double location_ = 0,
         scale_ = 0;  // of the normal law that is drawn from; a lognormal value is its exponential
  std::uint64_t seed_ = 1;
};

}  // namespace llmload
