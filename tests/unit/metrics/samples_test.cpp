#include "metrics/samples.hpp"

#include <cmath>

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

}  // namespace samples_test
