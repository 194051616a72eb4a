#include "metrics/stores/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "llmload/metrics.hpp"
#include "support/catch.hpp"
#include "unit/metrics/records.hpp"

namespace histogram_test {

using namespace llmload;
using metrics::Histogram;
using metrics_test::near;
using std::chrono::nanoseconds;

constexpr double quantiles[] = {0.5, 0.9, 0.95, 0.99, 0.999};

using Values = std::vector<std::int64_t>;

/// `n` durations in ns of each of several shapes.
std::map<std::string, Values> shapes(std::size_t n) {
  std::mt19937_64 random(7);
  const auto uniform = [&random] { return std::uniform_real_distribution<double>(1e-12, 1)(random); };
  const auto normal = [&random] { return std::normal_distribution<double>()(random); };
  const std::map<std::string, std::function<double()>> makers = {
      {"uniform", [&] { return 1e6 + 1e8 * uniform(); }},
      {"exponential", [&] { return -2e7 * std::log(uniform()); }},
      {"log-normal over many octaves", [&] { return std::exp(16 + 3 * normal()); }},
      {"two modes", [&] { return uniform() < 0.93 ? 2e7 + 1e5 * normal() : 6e8 + 1e7 * normal(); }},
      {"heavy tail", [&] { return 1e6 / std::pow(uniform(), 1.5); }},
      {"small", [&] { return 3'000 * uniform(); }},
      {"constant", [] { return 20'000'123.0; }}};
  std::map<std::string, Values> all;
  for (const auto& [name, make] : makers) {
    for (std::size_t i = 0; i < n; ++i) all[name].push_back(std::llround(std::max(0.0, make())));
  }
  return all;
}

Histogram histogram_of(const Values& values) {
  Histogram h;
  for (const auto value : values) h.add(nanoseconds(value));
  return h;
}

void check_equal(const Histogram& a, const Histogram& b) {
  const auto x = a.distribution_ms(), y = b.distribution_ms();
  REQUIRE((x && y));
  CHECK(x->count == y->count);
  for (const auto member :
       {&Distribution::mean, &Distribution::sd, &Distribution::min, &Distribution::max, &Distribution::p50,
        &Distribution::p90, &Distribution::p95, &Distribution::p99, &Distribution::p999})
    CHECK((*x).*member == (*y).*member);
}

TEST_CASE(
    "a histogram's percentiles are within 0.1 % of numpy's of the raw values, of any shape and number") {
  for (const std::size_t n : {std::size_t{1}, std::size_t{2}, std::size_t{37}, std::size_t{20'000}}) {
    for (const auto& [name, values] : shapes(n)) {
      INFO(name << ", " << n);
      const auto h = histogram_of(values);
      std::vector<double> sorted(values.begin(), values.end());
      std::ranges::sort(sorted);
      for (const double q : quantiles) {
        const double raw = metrics::percentile(sorted, q);
        CHECK(std::abs(h.percentile(q) - raw) <= 0.001 * raw);
      }
    }
  }
}

TEST_CASE("a histogram's count, mean, deviation, min and max are exact") {
  for (const auto& [name, values] : shapes(10'000)) {
    INFO(name);
    const auto d = histogram_of(values).distribution_ms();
    const auto raw = metrics::distribution({values.begin(), values.end()});
    REQUIRE(d);
    CHECK(d->count == raw.count);
    CHECK(near(d->mean, raw.mean / 1e6));
    CHECK(std::abs(d->sd - raw.sd / 1e6) <= 1e-9 * raw.sd / 1e6);
    CHECK(d->min == raw.min / 1e6);
    CHECK(d->max == raw.max / 1e6);
  }
}

TEST_CASE("a deviation of large values that hardly differ keeps its digits") {
  Histogram h;
  h.add(nanoseconds(3'600'000'000'000), 500'000);  // an hour
  h.add(nanoseconds(3'600'000'000'002), 500'000);  // sd: 1 ns * sqrt(n / (n - 1))
  CHECK(std::abs(h.distribution_ms()->sd * 1e6 - std::sqrt(1e6 / (1e6 - 1))) < 1e-12);
  Histogram equal;
  equal.add(nanoseconds(3'600'000'000'001), 3);
  CHECK(equal.distribution_ms()->sd == 0);
}

TEST_CASE("the parts of values merge to what all of them give, in any order") {
  for (const auto& [name, values] : shapes(9'000)) {
    INFO(name);
    std::vector<Histogram> parts(4);  // the last stays empty
    for (std::size_t i = 0; i < values.size(); ++i) parts[i % 3].add(nanoseconds(values[i]));
    Histogram forwards, backwards;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      forwards.merge(parts[i]);
      backwards.merge(parts[parts.size() - 1 - i]);
    }
    check_equal(forwards, histogram_of(values));
    check_equal(backwards, forwards);
  }
}

TEST_CASE("a weight is so many values") {
  Histogram weighted, single;
  weighted.add(nanoseconds(5'000), 3);
  weighted.add(nanoseconds(70'000), 0);
  for (int i = 0; i < 3; ++i) single.add(nanoseconds(5'000));
  check_equal(weighted, single);
  CHECK(weighted.distribution_ms()->max == 0.005);
}

TEST_CASE("a histogram takes what an int64 holds, from 0, and is within 0.1 % at each power of two") {
  for (int bit = 0; bit < 63; ++bit) {
    for (const std::int64_t off : {-1, 0, 1}) {
      const std::int64_t value = (std::int64_t{1} << bit) + off;
      INFO(value);
      Histogram h;  // between two far ones, so that neither min nor max helps
      h.add(nanoseconds(0));
      h.add(nanoseconds(value));
      h.add(nanoseconds(std::numeric_limits<std::int64_t>::max()));
      CHECK(std::abs(h.percentile(0.5) - static_cast<double>(value)) <= 0.001 * static_cast<double>(value));
    }
  }
}

TEST_CASE("a histogram of nothing has no distribution, and stays so when merged with another") {
  Histogram a;
  a.merge(Histogram());
  CHECK(a.count() == 0);
  CHECK_FALSE(a.distribution_ms());
}

}  // namespace histogram_test
