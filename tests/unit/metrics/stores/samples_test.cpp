#include "metrics/stores/samples.hpp"

#include <cmath>
#include <random>

#include "support/catch.hpp"

namespace samples_test {

using llmload::metrics::Samples;

TEST_CASE("up to a million values their percentiles are exact, to the last bit") {
  Samples samples;
  CHECK_FALSE(samples.distribution());
  samples.add({});
  CHECK_FALSE(samples.distribution());
  const double value = 123.456789012345;
  for (std::size_t i = 0; i < Samples::most_raw; ++i) samples.add(value);
  const auto d = samples.distribution();
  REQUIRE(d);
  CHECK(d->count == Samples::most_raw);
  CHECK(d->p50 == value);
  CHECK(d->p999 == value);
  CHECK_FALSE(d->from_histogram);
}

TEST_CASE("beyond a million they are a histogram's, and say so") {
  Samples samples;
  const std::size_t count = Samples::most_raw + 1'000;
  for (std::size_t i = 0; i < count; ++i) samples.add(1 + static_cast<double>(i) / 1'000);
  const auto d = samples.distribution();
  REQUIRE(d);
  CHECK(d->from_histogram);
  CHECK(d->count == count);
  CHECK(d->min == 1);
  CHECK(std::abs(d->max - (1 + static_cast<double>(count - 1) / 1'000)) < 1e-6);
  const double median = 1 + static_cast<double>(count - 1) / 2'000;
  CHECK(std::abs(d->p50 - median) < median / 1'000);
  CHECK(std::abs(d->mean - median) < 1e-6);
}

TEST_CASE("merged samples have the distribution of all of them, to the last bit") {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> value(0, 1'000);
  Samples whole, parts[3], merged;
  for (int i = 0; i < 5'000; ++i) {
    const double x = value(random);
    whole.add(x);
    parts[random() % 3].add(x);
  }
  for (const int part : {2, 0, 1}) merged.merge(parts[part]);
  CHECK(merged.distribution() == whole.distribution());
  CHECK_FALSE(merged.distribution()->from_histogram);
  merged.merge({});
  CHECK(merged.distribution() == whole.distribution());
}

TEST_CASE(
    "merged samples are a histogram's where there are more than a million, whichever of them were one") {
  const auto fill = [](Samples& to, std::size_t from, std::size_t until) {
    for (std::size_t i = from; i < until; ++i) to.add(static_cast<double>(i % 10'007) / 8);
  };
  constexpr std::size_t all = 2 * Samples::most_raw + 2;
  Samples whole, raw, few, many;
  fill(whole, 0, all);
  fill(raw, 0, Samples::most_raw);
  fill(few, Samples::most_raw, Samples::most_raw + 1);
  fill(many, Samples::most_raw + 1, all);
  Samples upwards;
  upwards.merge(raw);
  CHECK_FALSE(upwards.distribution()->from_histogram);
  upwards.merge(few);
  CHECK(upwards.distribution()->from_histogram);
  upwards.merge(many);
  CHECK(upwards.distribution() == whole.distribution());
  many.merge(few);
  raw.merge(many);
  CHECK(raw.distribution() == whole.distribution());
}

}  // namespace samples_test
