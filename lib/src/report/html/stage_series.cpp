#include "report/html/stage_series.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>
#include <span>
#include <utility>

#include "metrics/arrivals.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/token_counts.hpp"
#include "text/utf8.hpp"

namespace llmload::report {
namespace {

namespace json = boost::json;

constexpr std::size_t most_failure_texts = 100;

/// The shares at which a curve has a point: each hundredth, and finer at both ends.
std::vector<double> curve_shares() {
  std::vector<double> shares = {0, 0.001, 0.002, 0.005};
  for (int i = 1; i < 100; ++i) shares.push_back(i / 100.0);
  for (const double share : {0.992, 0.995, 0.997, 0.998, 0.999, 0.9995, 0.9999, 1.0}) shares.push_back(share);
  return shares;
}

/// Of five digits, which are short to write: the histogram's own are within 0.1 %.
double short_number(double value) {
  if (value <= 0) return 0;
  const double digits = 4 - std::floor(std::log10(value)), factor = std::pow(10, std::abs(digits));
  return digits >= 0 ? std::round(value * factor) / factor : std::round(value / factor) * factor;
}

/// [ms, share of the samples that are not above it] by share; null without a sample.
json::value curve(const metrics::Histogram& times) {
  const auto whole = times.distribution_ms();
  if (!whole) return nullptr;
  json::array points;
  for (const double share : curve_shares()) {
    const double ms = share == 0   ? whole->min
                      : share == 1 ? whole->max
                                   : std::clamp(times.percentile(share) / 1e6, whole->min, whole->max);
    points.push_back(json::array{short_number(ms), share});
  }
  return points;
}

std::int64_t in_steps(std::chrono::nanoseconds time, std::int64_t step_ns) {
  return (time.count() + step_ns / 2) / step_ns;
}

}  // namespace

void StageSeries::add(const RequestRecord& record, const metrics::SummarySettings& settings) {
  ++seen_;
  add_point(record);
  const bool ok = record.outcome == Outcome::ok;
  over_time_.add(record, ok ? metrics::counted_output(record, settings) : std::nullopt);
  if (!record.measured) return;
  if (!ok) return add_failure(record);
  e2e_.add_ms(metrics::e2e_ms(record));
  ttft_.add_ms(metrics::ttft_ms(record));
  tpot_.add_ms(metrics::tpot_ms(record, settings.tokens_from));
  metrics::for_each_gap(
      record.events, [this](std::chrono::nanoseconds gap, std::span<const TokenEvent>) { gaps_.add(gap); });
}

void StageSeries::add_point(const RequestRecord& record) {
  const Stamp start = metrics::start(record), ended = record.done ? record.done : record.ended;
  if (!start || !ended) return;
  Point point;
  point.number = seen_;
  point.index = record.index;
  point.start = *start;
  point.took = std::max(*ended - *start, std::chrono::nanoseconds(0));
  if (record.first_token)
    point.first_token = std::max(*record.first_token - *start, std::chrono::nanoseconds(0));
  point.outcome = record.outcome;
  point.measured = record.measured;
  points_.push_back(point);
  if (points_.size() >= 2 * most_points) thin_to(most_points);
}

void StageSeries::add_failure(const RequestRecord& record) {
  const auto key = std::tuple(record.outcome, record.http_status, record.error);
  if (failures_.size() < most_failure_texts || failures_.contains(key))
    ++failures_[key];
  else
    ++other_failures_;
}

void StageSeries::end() {
  curves_ = {{"e2e_ms", curve(e2e_)},
             {"ttft_ms", curve(ttft_)},
             {"tpot_ms", curve(tpot_)},
             {"event_gap_ms", curve(gaps_)}};
  e2e_ = ttft_ = tpot_ = gaps_ = {};
  thin_to(most_points);
}

void StageSeries::thin_to(std::size_t most) { points_ = thin(std::move(points_), most, each_); }

/// Lists of whole numbers, short ones, for there may be many: by start, each index and each start (in 0.1 ms)
/// as the difference from the one before. `kinds` has a letter a point: the outcome's place from 'a' on, a
/// capital outside the measured window.
json::object StageSeries::points_json() const {
  json::array index, start, took, first_token;
  std::string kinds;
  std::uint64_t last_index = 0;
  std::int64_t last_start = 0;
  for (const Point& point : points_) {
    const std::int64_t at = in_steps(point.start, 100'000);
    index.emplace_back(static_cast<std::int64_t>(point.index - std::exchange(last_index, point.index)));
    start.emplace_back(at - std::exchange(last_start, at));
    took.emplace_back(in_steps(point.took, 10'000));
    first_token.emplace_back(in_steps(point.first_token, 10'000));
    kinds += static_cast<char>((point.measured ? 'a' : 'A') + static_cast<int>(point.outcome));
  }
  return {{"index", std::move(index)},
          {"start_100us", std::move(start)},
          {"took_10us", std::move(took)},
          {"first_token_10us", std::move(first_token)},
          {"kinds", kinds},
          {"left_out", seen_ - points_.size()}};
}

json::array StageSeries::failures_json() const {
  json::array list;
  for (const auto& [key, count] : failures_) {
    const auto& [outcome, status, error] = key;
    list.push_back({{"outcome", to_string(outcome)},
                    {"http_status", status == 0 ? json::value(nullptr) : json::value(status)},
                    {"text", text::valid_utf8(error)},
                    {"count", count}});
  }
  return list;
}

json::object StageSeries::to_json() const {
  return {{"points", points_json()},
          {"over_time", over_time_.to_json()},
          {"curves", curves_},
          {"failures", failures_json()},
          {"other_failures", other_failures_}};
}

}  // namespace llmload::report
