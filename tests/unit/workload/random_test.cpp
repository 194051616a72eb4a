#include "workload/random.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "support/catch.hpp"
#include "unit/workload/kolmogorov_smirnov.hpp"

namespace random_test {

using namespace llmload;
using workload::Random;

constexpr std::size_t draws = 20'000;

template <class Draw>
std::vector<double> drawn(Draw draw) {
  std::vector<double> values;
  for (std::size_t i = 0; i < draws; ++i) values.push_back(draw());
  return values;
}

template <class Cdf>
double p_of(const std::vector<double>& values, Cdf cdf) {
  return kolmogorov_p(kolmogorov_distance(values, 0, cdf), values.size());
}

TEST_CASE("splitmix64 gives its reference sequence") {
  std::uint64_t state = 1234567;
  for (const std::uint64_t expected : {6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                       4593380528125082431u, 16408922859458223821u})
    CHECK(workload::splitmix64(state) == expected);
}

TEST_CASE("xoshiro256** gives its reference sequence") {
  Random random(std::array<std::uint64_t, 4>{1, 2, 3, 4});
  for (const std::uint64_t expected : std::array<std::uint64_t, 10>{
           11520u, 0u, 1509978240u, 1215971899390074240u, 1216172134540287360u, 607988272756665600u,
           16172922978634559625u, 8476171486693032832u, 10595114339597558777u, 2904607092377533576u})
    CHECK(random.next() == expected);
}

TEST_CASE("a seed becomes the generator's state by splitmix64") {
  Random random(42);
  for (const std::uint64_t expected :
       {1546998764402558742u, 6990951692964543102u, 12544586762248559009u, 17057574109182124193u})
    CHECK(random.next() == expected);
  CHECK(Random(0).next() != 0);
}

TEST_CASE("the smallest and the greatest uniform number are inside the interval") {
  // The second word of the state alone decides the next number: these make 0 and 2^64 - 1.
  CHECK(Random(std::array<std::uint64_t, 4>{1, 0, 0, 0}).uniform() == 0x1p-53);
  CHECK(Random(std::array<std::uint64_t, 4>{0, 0x4fc71c71c71c71c7, 0, 0}).uniform() == 1 - 0x1p-53);
}

TEST_CASE("uniform, exponential, normal and gamma numbers follow their laws") {
  Random random(1);
  CHECK(p_of(drawn([&] { return random.uniform(); }), [](double x) { return x; }) > 0.01);
  CHECK(p_of(drawn([&] { return random.exponential(); }), exponential_cdf) > 0.01);
  for (const double shape : {0.25, 0.9, 1.0, 4.0, 100.0}) {
    INFO(shape);
    CHECK(p_of(drawn([&] { return random.gamma(shape); }), [&](double x) { return gamma_cdf(shape, x); }) >
          0.01);
  }
  // exp(x), as values are taken to be at least 0.
  CHECK(p_of(drawn([&] { return std::exp(random.normal()); }),
             [](double x) { return std::erfc(-std::log(x) / std::sqrt(2)) / 2; }) > 0.01);
}

TEST_CASE("a gamma number of a huge shape is near its mean") {
  Random random(1);
  for (int i = 0; i < 100; ++i) CHECK(random.gamma(1e6) == Approx(1e6).epsilon(0.006));
}

}  // namespace random_test
