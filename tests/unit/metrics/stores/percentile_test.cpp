#include <cmath>

#include "llmload/error.hpp"
#include "llmload/metrics.hpp"
#include "support/catch.hpp"

namespace percentile_test {

using namespace llmload::metrics;
using llmload::InputError;

bool near(double a, double b) { return std::abs(a - b) <= 1e-12 * std::max(1.0, std::abs(b)); }

TEST_CASE("percentiles are numpy's linear ones") {
  const std::vector<double> x = {1, 2, 3, 4, 10};
  CHECK(near(percentile(x, 0.99), 9.76));
  CHECK(near(percentile(x, 0.5), 3));
  CHECK(near(percentile(x, 0.9), 7.6));
  CHECK(near(percentile(x, 0.95), 8.8));
  CHECK(near(percentile(x, 0.25), 2));
  CHECK(percentile(x, 0) == 1);
  CHECK(percentile(x, 1) == 10);
}

TEST_CASE("a percentile sorts by itself, and refuses what has none") {
  CHECK(near(percentile({10, 1, 4, 2, 3}, 0.99), 9.76));
  CHECK_THROWS_AS(percentile({}, 0.5), InputError);
  CHECK_THROWS_AS(distribution({}), InputError);
  for (const double q : {-0.1, 1.1, std::nan("")}) CHECK_THROWS_AS(percentile({1, 2}, q), InputError);
  CHECK_THROWS_AS(percentile({1, std::nan("")}, 0.5), InputError);
  CHECK_THROWS_AS(distribution({1, std::nan("")}), InputError);
}

TEST_CASE("of one sample every percentile is that sample, of two they lie on the line between") {
  const std::vector<double> one = {7}, two = {10, 20};
  for (const double q : {0.0, 0.5, 0.99, 1.0}) CHECK(percentile(one, q) == 7);
  CHECK(near(percentile(two, 0.5), 15));
  CHECK(near(percentile(two, 0.99), 19.9));
  CHECK(percentile(two, 1) == 20);
}

TEST_CASE("a percentile of 100 samples is between the two that numpy takes") {
  std::vector<double> x;
  for (int i = 1; i <= 100; ++i) x.push_back(i);
  CHECK(near(percentile(x, 0.99), 99.01));
  CHECK(near(percentile(x, 0.90), 90.1));
  CHECK(near(percentile(x, 0.50), 50.5));
}

TEST_CASE("a distribution sorts by itself, and its deviation is the sample's") {
  const auto d = distribution({10, 1, 4, 2, 3});
  CHECK(d.count == 5);
  CHECK(near(d.mean, 4));
  CHECK(near(d.sd, std::sqrt(12.5)));  // 36 + 9 + 0 + 4 + 1 = 50, over 4
  CHECK(d.min == 1);
  CHECK(d.max == 10);
  CHECK(near(d.p50, 3));
  CHECK(near(d.p90, 7.6));
  CHECK(near(d.p95, 8.8));
  CHECK(near(d.p99, 9.76));
  CHECK(near(d.p999, 9.976));  // h = 4 * 0.999 = 3.996; 4 + 0.996 * (10 - 4)
}

TEST_CASE("a distribution of one sample has no deviation, and is no nan") {
  const auto d = distribution({5});
  CHECK(d.count == 1);
  CHECK(d.sd == 0);
  for (const double value : {d.mean, d.min, d.max, d.p50, d.p90, d.p95, d.p99, d.p999}) CHECK(value == 5);
}

TEST_CASE("a deviation of equal large numbers is 0, not rounding") {
  const auto d = distribution({1e9 + 0.5, 1e9 + 0.5, 1e9 + 0.5});
  CHECK(d.sd == 0);
}

}  // namespace percentile_test
