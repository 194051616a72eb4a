#include "llmload/token_lengths.hpp"

#include <cmath>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"

namespace token_lengths_test {

using namespace llmload;

struct Moments {
  double mean = 0, sd = 0;
  unsigned least = 0, most = 0;
};

Moments moments_of(const TokenLengths& lengths, std::uint64_t count = 20'000) {
  Moments m{0, 0, lengths(0), lengths(0)};
  double squares = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const unsigned tokens = lengths(i);
    m.mean += tokens;
    squares += static_cast<double>(tokens) * tokens;
    m.least = std::min(m.least, tokens);
    m.most = std::max(m.most, tokens);
  }
  m.mean /= static_cast<double>(count);
  m.sd = std::sqrt(squares / static_cast<double>(count) - m.mean * m.mean);
  return m;
}

TEST_CASE("a number is the length of each request") {
  const TokenLengths lengths = 256;
  CHECK(lengths(0) == 256);
  CHECK(lengths(UINT64_MAX) == 256);
  CHECK(lengths.least() == 256);
  CHECK(lengths.most() == 256);
}

TEST_CASE("lengths are normal where that is asked for, and all within the bounds") {
  const Moments wide = moments_of(TokenLengths::normal({500, 100, 1, 2'000}));
  CHECK(wide.mean == Approx(500).margin(3));
  CHECK(wide.sd == Approx(100).margin(3));
  const Moments cut = moments_of(TokenLengths::normal({500, 100, 450, 520}));
  CHECK(cut.least == 450);
  CHECK(cut.most == 520);
}

TEST_CASE(
    "lengths are lognormal where that is asked for: the mean and the deviation are those of the tokens") {
  const Moments m = moments_of(TokenLengths::lognormal({200, 150, 1, 100'000}), 100'000);
  CHECK(m.mean == Approx(200).margin(3));
  CHECK(m.sd == Approx(150).margin(8));
}

TEST_CASE("a length depends on the seed and the index alone") {
  const auto one = TokenLengths::normal({500, 100, 1, 2'000}, 1);
  const auto other = one.seeded(2);
  std::vector<unsigned> forwards, backwards, others;
  for (std::uint64_t i = 0; i < 50; ++i) forwards.push_back(one(i));
  for (std::uint64_t i = 50; i-- > 0;) backwards.insert(backwards.begin(), one(i));
  for (std::uint64_t i = 0; i < 50; ++i) others.push_back(other(i));
  CHECK(forwards == backwards);
  CHECK(forwards != others);
  CHECK(other == TokenLengths::normal({500, 100, 1, 2'000}, 2));
}

TEST_CASE("distributions that could hardly be drawn from are refused") {
  CHECK_THROWS_AS(TokenLengths::normal({500, 0, 1, 1'000}), InputError);
  CHECK_THROWS_AS(TokenLengths::normal({500, 10, 0, 1'000}), InputError);
  CHECK_THROWS_AS(TokenLengths::normal({500, 10, 600, 590}), InputError);
  CHECK_THROWS_AS(TokenLengths::normal({500, 10, 600, 1'000}), InputError);  // 10 deviations away
  CHECK_THROWS_AS(TokenLengths::lognormal({0, 10, 1, 1'000}), InputError);
  CHECK_NOTHROW(TokenLengths::normal({500, 100, 700, 1'000}));
}

}  // namespace token_lengths_test
