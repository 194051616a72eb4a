#include "report/html/stage_series.hpp"

#include <boost/json/array.hpp>

#include "support/catch.hpp"
#include "unit/report/sample_records.hpp"

namespace stage_series_test {

using namespace llmload;
using namespace std::chrono_literals;
using report::StageSeries;
namespace json = boost::json;

RequestRecord failed(std::uint64_t index, const std::string& error) {
  RequestRecord r;
  r.index = index;
  r.outcome = Outcome::http_5xx;
  r.http_status = 500;
  r.dispatched = 10ms;
  r.ended = 12ms;
  r.error = error;
  return r;
}

json::object ended(StageSeries& series) {
  series.end();
  return series.to_json();
}

TEST_CASE("each request is a point: its start, what it took, and a letter for its outcome") {
  StageSeries series;
  RequestRecord first = report_test::answered(5, 30, 4), later = report_test::answered(3, 50, 4);
  first.first_token = 20ms;
  later.dispatched = 10ms;
  later.measured = false;
  for (const RequestRecord& r : {later, first, failed(9, "no")}) series.add(r, {});
  const json::object points = ended(series).at("points").as_object();
  CHECK(points.at("index") == json::array{5, -2, 6});
  CHECK(points.at("start_100us") == json::array{0, 100, 0});
  CHECK(points.at("took_10us") == json::array{3'000, 4'000, 200});
  CHECK(points.at("first_token_10us") == json::array{2'000, 0, 0});
  CHECK(points.at("kinds") == "aAh");
  CHECK(points.at("left_out") == 0);
}

TEST_CASE("a curve is of the measured requests that succeeded, from the least to the most") {
  StageSeries series;
  for (int i = 1; i <= 100; ++i) {
    RequestRecord r = report_test::answered(0, i, 4);
    r.dispatched = 0ms;
    series.add(r, {});
  }
  RequestRecord outside = report_test::answered(0, 5'000, 4);
  outside.measured = false;
  series.add(outside, {});
  series.add(failed(0, "no"), {});
  const json::object curves = ended(series).at("curves").as_object();
  const json::array& e2e = curves.at("e2e_ms").as_array();
  CHECK(e2e.front() == json::array{1.0, 0.0});
  CHECK(e2e.back() == json::array{100.0, 1.0});
  for (const json::value& point : e2e) {
    const double ms = point.at(0).to_number<double>(), share = point.at(1).to_number<double>();
    CHECK(ms == Approx(1 + 99 * share).epsilon(0.002));
  }
  CHECK(curves.at("ttft_ms").is_null());
}

TEST_CASE("failures are counted by what was said of them, those outside the measured window are not") {
  StageSeries series;
  RequestRecord outside = failed(0, "slow down");
  outside.measured = false;
  for (const RequestRecord& r : {failed(0, "slow down"), failed(1, "slow down"), failed(2, "\xff"), outside})
    series.add(r, {});
  const json::array failures = ended(series).at("failures").as_array();
  REQUIRE(failures.size() == 2);
  CHECK(failures[0] ==
        json::value{{"outcome", "http_5xx"}, {"http_status", 500}, {"text", "slow down"}, {"count", 2}});
  CHECK(failures[1].at("text") == "\xef\xbf\xbd");
}

TEST_CASE("beyond a hundred texts of failures the others are counted together") {
  StageSeries series;
  for (int i = 0; i < 130; ++i) series.add(failed(0, "text " + std::to_string(i)), {});
  series.add(failed(0, "text 0"), {});
  const json::object all = ended(series);
  CHECK(all.at("failures").as_array().size() == 100);
  CHECK(all.at("other_failures") == 30);
}

TEST_CASE("of more requests than a page has room for the points are thinned, and how many is told") {
  StageSeries series;
  RequestRecord r = report_test::answered(0, 0, 4);
  constexpr std::size_t many = 2 * StageSeries::most_points + 10;
  for (std::size_t i = 0; i < many; ++i) {
    r.index = i;
    r.dispatched = std::chrono::microseconds(i);
    r.done = *r.dispatched + 5ms;
    series.add(r, {});
  }
  CHECK(series.points() < 2 * StageSeries::most_points);
  series.end();
  CHECK(series.points() <= StageSeries::most_points);
  CHECK(series.points() > StageSeries::most_points / 2);
  series.thin_to(100);
  const json::object thinned = series.to_json().at("points").as_object();
  CHECK(thinned.at("kinds").as_string().size() <= 100);
  CHECK(thinned.at("left_out") == many - series.points());
}

TEST_CASE("a record with every stamp at the end of its range has a place") {
  StageSeries series;
  series.add(report_test::full_record(), {});
  CHECK(ended(series).at("points").at("kinds") == "A");
}

}  // namespace stage_series_test
