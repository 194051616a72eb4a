#pragma once

#include "metrics/arrivals.hpp"
#include "metrics/histogram.hpp"

namespace llmload::metrics {

/// Event gap (ms) = time from one arrival of tokens to the next; token events that came in one read are one
/// arrival.
/// No sample where the answer was not streamed or came in one arrival.
inline void add_event_gaps(const RequestRecord& record, Histogram& to) {
  for_each_gap(record.events, [&to](std::int64_t gap, std::uint64_t /*tokens*/) { to.add(gap); });
}

}  // namespace llmload::metrics
