#pragma once

#include "metrics/arrivals.hpp"
#include "metrics/histogram.hpp"

namespace llmload::metrics {

/// The samples of event_gap_ms(), by the million.
inline void add_event_gaps(const RequestRecord& record, Histogram& to) {
  for_each_gap(record.events, [&to](std::int64_t gap, std::uint64_t /*tokens*/) { to.add(gap); });
}

}  // namespace llmload::metrics
