#include "report/html/thin.hpp"

#include <algorithm>
#include <set>

#include "support/catch.hpp"
#include "unit/report/sample_records.hpp"

namespace thin_test {

using namespace llmload;
using namespace std::chrono_literals;
using report::Point;

/// Of points that were not thinned before.
std::vector<Point> thin(std::vector<Point> points, std::size_t most) {
  std::uint64_t each = 1;
  return report::thin(std::move(points), most, each);
}

/// `count` requests, one a millisecond, that take 20 to 29 ms.
std::vector<Point> requests(std::size_t count) {
  std::vector<Point> points(count);
  for (std::size_t i = 0; i < count; ++i) {
    points[i].number = i + 1;
    points[i].index = i;
    points[i].start = std::chrono::milliseconds(i);
    points[i].took = std::chrono::milliseconds(20 + i * 7 % 10);
  }
  return points;
}

TEST_CASE("as many points as there is room for stay as they are, by their starts") {
  auto points = requests(100);
  const auto sorted = points;
  std::ranges::reverse(points);
  CHECK(thin(points, 100) == sorted);
}

TEST_CASE("of too many points at least half as many as there is room for stay, from all of the time") {
  const auto few = thin(requests(10'000), 500);
  CHECK(few.size() <= 500);
  CHECK(few.size() > 250);
  CHECK(std::ranges::is_sorted(few, {}, &Point::start));
  for (std::size_t i = 1; i < few.size(); ++i) CHECK(few[i].start - few[i - 1].start <= 100ms);
}

TEST_CASE("points that were thinned again and again while others came are as dense as those") {
  std::vector<Point> points;
  std::uint64_t each = 1;
  for (const Point& point : requests(50'000)) {
    points.push_back(point);
    if (points.size() == 2'000) points = report::thin(points, 1'000, each);
  }
  points = report::thin(points, 1'000, each);
  const auto first_half = std::ranges::count_if(points, [](const Point& p) { return p.start < 25s; });
  CHECK(static_cast<double>(first_half) / static_cast<double>(points.size()) == Approx(0.5).margin(0.1));
}

TEST_CASE("the slowest, the fastest and the failures are never thinned out") {
  auto points = requests(10'000);
  points[3'333].took = 10s;
  points[5'001].took = 1ms;
  points[7'777].outcome = Outcome::reset;
  points[7'778].outcome = Outcome::http_5xx;
  const auto few = thin(points, 200);
  CHECK(few.size() <= 200);
  for (const std::size_t i : {3'333, 5'001, 7'777, 7'778}) CHECK(std::ranges::count(few, points[i]) == 1);
}

TEST_CASE("failures of all kinds at all times leave no more points than there is room for") {
  auto points = requests(10'000);
  for (std::size_t i = 0; i < points.size(); ++i) points[i].outcome = static_cast<Outcome>(i % outcome_count);
  const auto few = thin(points, 64);
  CHECK(few.size() <= 64);
  std::set<Outcome> kinds;
  for (const Point& point : few) kinds.insert(point.outcome);
  CHECK(kinds.size() == outcome_count);
}

TEST_CASE("points at one time, and at the far ends of time, are thinned, too") {
  auto points = requests(1'000);
  for (Point& point : points) point.start = 5ms;
  CHECK(thin(points, 64).size() <= 64);
  points.front().start = -2ns;
  points.back().start = std::chrono::nanoseconds(INT64_C(1) << 60);
  CHECK(thin(points, 64).size() <= 64);
}

}  // namespace thin_test
