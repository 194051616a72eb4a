#include "metrics/rate_limit_series.hpp"

#include <algorithm>
#include <utility>

#include "metrics/record_facts.hpp"

namespace llmload::metrics {
namespace {

constexpr std::size_t most_points = 1'000;

template <class T, class Better>
void take(std::optional<T>& to, const std::optional<T>& value, Better better) {
  if (value) to = to ? better(*to, *value) : *value;
}

void merge_point(RateLimitPoint& to, const RateLimitPoint& other) {
  const auto lower = [](std::int64_t a, std::int64_t b) { return std::min(a, b); };
  const auto higher = [](double a, double b) { return std::max(a, b); };
  take(to.remaining_requests, other.remaining_requests, lower);
  take(to.remaining_tokens, other.remaining_tokens, lower);
  take(to.utilization, other.utilization, higher);
}

}  // namespace

void RateLimitSeries::add(const RequestRecord& record) {
  for (const ServerLimits& said : record.limits) {
    if (said.at.count() < 0) continue;
    RateLimitPoint point;
    point.remaining_requests = said.remaining_requests;
    point.remaining_tokens = said.remaining_tokens;
    if (said.utilization_millionths) point.utilization = *said.utilization_millionths / 1e6;
    merge_point(by_time_[said.at / width_], point);
    while (by_time_.size() > most_points) merge_pairs();
  }
}

void RateLimitSeries::merge_pairs() {
  width_ *= 2;
  std::map<std::int64_t, RateLimitPoint> wider;
  for (const auto& [time, point] : by_time_) merge_point(wider[time / 2], point);
  by_time_ = std::move(wider);
}

void RateLimitSeries::merge(const RateLimitSeries& other) {
  while (width_ < other.width_) merge_pairs();
  for (const auto& [time, point] : other.by_time_)
    merge_point(by_time_[time / (width_ / other.width_)], point);
  while (by_time_.size() > most_points) merge_pairs();
}

std::vector<RateLimitPoint> RateLimitSeries::points() const {
  std::vector<RateLimitPoint> points;
  for (auto [time, point] : by_time_) {
    point.at_seconds = in_seconds(time * width_);
    points.push_back(point);
  }
  return points;
}

}  // namespace llmload::metrics
