#include "metrics/rate_limit_series.hpp"

#include <vector>

#include "support/catch.hpp"

namespace rate_limit_series_test {

using namespace llmload;
using metrics::RateLimitSeries;

constexpr std::chrono::seconds second(1);

RequestRecord answer(std::chrono::nanoseconds at, std::optional<std::int64_t> requests,
                     std::optional<std::uint32_t> utilization = {}) {
  RequestRecord r;
  r.limits = {{at, requests, {}, utilization}};
  return r;
}

TEST_CASE("each second has the least that was left and the highest utilisation") {
  RateLimitSeries series;
  series.add(answer(2 * second, 10, 500'000));
  series.add(answer(2 * second + std::chrono::nanoseconds(1), 7));
  series.add(answer(3 * second - std::chrono::nanoseconds(1), 9, 750'000));
  series.add(answer(0 * second, 20));
  const auto points = series.points();
  REQUIRE(points.size() == 2);
  CHECK(points[0] == RateLimitPoint{0, 20, {}, {}});
  CHECK(points[1] == RateLimitPoint{2, 7, {}, 0.75});
}

TEST_CASE("answers that say nothing of limits give no point") {
  RateLimitSeries series;
  series.add(RequestRecord());
  CHECK(series.points().empty());
}

TEST_CASE("an answer that was asked for again is in the series, at its own time") {
  RateLimitSeries series;
  RequestRecord twice;
  twice.limits = {{second, 0, 0, {}}, {5 * second, 9, 900, {}}};
  series.add(twice);
  CHECK(series.points() == std::vector{RateLimitPoint{1, 0, 0, {}}, RateLimitPoint{5, 9, 900, {}}});
}

TEST_CASE("a long stage keeps at most 1,000 points, whatever comes late") {
  RateLimitSeries series;
  for (std::int64_t t = 0; t < 5'000; ++t) series.add(answer(t * second, 5'000 - t));
  series.add(answer(second, -1 + 1));
  const auto points = series.points();
  CHECK(points.size() <= 1'000);
  CHECK(points.size() > 500);
  CHECK(points.front().remaining_requests == 0);
  CHECK(points.back().remaining_requests == 1);
  for (std::size_t i = 1; i < points.size(); ++i) CHECK(points[i - 1].at_seconds < points[i].at_seconds);
}

TEST_CASE("answers that are far apart in time have at most 1,000 points, too") {
  RateLimitSeries series;
  for (std::int64_t t = 0; t < 1'500; ++t) series.add(answer(100 * t * second, t));
  CHECK(series.points().size() <= 1'000);
}

TEST_CASE("merged series are the series of all, also of one second's points and wider ones") {
  RateLimitSeries whole, odd, even, few, merged;
  for (std::int64_t t = 0; t < 3'000; ++t) {
    whole.add(answer(t * second, t % 7));
    (t % 2 == 0 ? even : odd).add(answer(t * second, t % 7));
  }
  whole.add(answer(5 * second, {}, 900'000));
  few.add(answer(5 * second, {}, 900'000));
  for (const RateLimitSeries* part : {&few, &odd, &even}) merged.merge(*part);
  CHECK(merged.points() == whole.points());
  odd.merge(few);
  odd.merge(even);
  CHECK(odd.points() == whole.points());
}

}  // namespace rate_limit_series_test
