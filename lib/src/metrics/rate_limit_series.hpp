#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "llmload/summary.hpp"

namespace llmload::metrics {

/// What the server said of its limits over a stage's time: the lowest that was left and the highest
/// utilisation of each second; of each two, four ... where a stage lasts longer than 1,000 of them.
class RateLimitSeries {
 public:
  void add(const RequestRecord& record);
  void merge(const RateLimitSeries& other);
  [[nodiscard]] std::vector<RateLimitPoint> points() const;

 private:
  void merge_pairs();

  std::map<std::int64_t, RateLimitPoint> by_time_;  // its time / width_
  std::chrono::nanoseconds width_ = std::chrono::seconds(1);
};

}  // namespace llmload::metrics
