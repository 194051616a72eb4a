#include "unit/workload/kolmogorov_smirnov.hpp"

#include <algorithm>
#include <cmath>

#include "support/catch.hpp"

namespace kolmogorov_smirnov_test {

using namespace llmload;

double uniform_cdf(double x) { return std::clamp(x, 0.0, 1.0); }

TEST_CASE("the distance is that of the step above or below a value, whichever is greater") {
  CHECK(kolmogorov_distance({0.5}, 0, uniform_cdf) == Approx(0.5));
  CHECK(kolmogorov_distance({0.75, 0.25}, 0, uniform_cdf) == Approx(0.25));
  CHECK(kolmogorov_distance({0.1, 0.2, 0.3}, 0, uniform_cdf) == Approx(0.7));
  CHECK(kolmogorov_distance({0.8, 0.9}, 0, uniform_cdf) == Approx(0.8));
}

TEST_CASE("values that round to the same are one step, no deviation") {
  // 0.1, 0.3, 0.5, 0.7 and 0.9, of which the first two were rounded to 0.2 and the last two to 0.8.
  CHECK(kolmogorov_distance({0.2, 0.2, 0.5, 0.8, 0.8}, 0, uniform_cdf) == Approx(0.2));
  CHECK(kolmogorov_distance({0.2, 0.2, 0.5, 0.8, 0.8}, 0.4, uniform_cdf) == Approx(0.1));
}

TEST_CASE("the p-value is the one of Kolmogorov's table") {
  // Critical values of sqrt(n) D for large n.
  CHECK(kolmogorov_p(1.2238 / 1000, 1'000'000) == Approx(0.10).margin(2e-4));
  CHECK(kolmogorov_p(1.3581 / 1000, 1'000'000) == Approx(0.05).margin(2e-4));
  CHECK(kolmogorov_p(1.6276 / 1000, 1'000'000) == Approx(0.01).margin(1e-4));
  CHECK(kolmogorov_p(0.40925, 10) == Approx(0.05).margin(2e-3));  // exact for n = 10
  CHECK(kolmogorov_p(0, 100) == 1);
  CHECK(kolmogorov_p(0.5, 10'000) < 1e-100);
}

TEST_CASE("the gamma law's distribution function agrees with the shapes that have a closed form") {
  for (const double x : {1e-9, 0.01, 0.5, 1.0, 2.0, 4.9, 5.1, 20.0}) {
    INFO(x);
    CHECK(gamma_cdf(1, x) == Approx(exponential_cdf(x)).epsilon(1e-12));
    CHECK(gamma_cdf(0.5, x) == Approx(std::erf(std::sqrt(x))).epsilon(1e-12));
  }
  for (const double x : {0.5, 1.0, 2.0, 4.9, 5.1, 20.0}) {
    INFO(x);
    CHECK(gamma_cdf(4, x) == Approx(1 - std::exp(-x) * (1 + x + x * x / 2 + x * x * x / 6)).epsilon(1e-12));
  }
  CHECK(gamma_cdf(0.25, 0) == 0);
}

}  // namespace kolmogorov_smirnov_test
