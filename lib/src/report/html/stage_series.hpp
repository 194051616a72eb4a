#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "llmload/metrics.hpp"
#include "metrics/stores/histogram.hpp"
#include "report/html/thin.hpp"
#include "report/html/time_buckets.hpp"

namespace llmload::report {

/// What a page draws of a stage's requests beside the numbers of its Summary.
/// Memory: 48 bytes a request, of most_points * 2 at the most; less than 1 MiB besides, while it grows.
class StageSeries {
 public:
  static constexpr std::size_t most_points = 100'000;

  void add(const RequestRecord& record, const metrics::SummarySettings& settings);
  /// The distributions become curves, which are small. Nothing is added behind it.
  void end();
  /// No more points than that stay.
  void thin_to(std::size_t most);
  /// Requests that were added, and those of them that have a point.
  [[nodiscard]] std::uint64_t seen() const { return seen_; }
  [[nodiscard]] std::size_t points() const { return points_.size(); }
  /// Of one that has ended.
  [[nodiscard]] boost::json::object to_json() const;

 private:
  void add_point(const RequestRecord& record);
  void add_failure(const RequestRecord& record);
  [[nodiscard]] boost::json::object points_json() const;
  [[nodiscard]] boost::json::array failures_json() const;

  std::uint64_t seen_ = 0;
  std::vector<Point> points_;
  std::uint64_t each_ = 1;  // of how many requests one has a point, extremes apart
  TimeBuckets over_time_;
  metrics::Histogram e2e_, ttft_, tpot_, gaps_;  // of what is in the Summary's distributions
  boost::json::object curves_;
  std::map<std::tuple<Outcome, int, std::string>, std::uint64_t> failures_;  // measured ones, by their texts
  std::uint64_t other_failures_ = 0;                                         // of further texts
};

}  // namespace llmload::report
