#pragma once

#include "llmload/request_record.hpp"
#include "metrics/histogram.hpp"

namespace llmload::metrics {

/// Queue wait (ms) = admitted - scheduled: how long a request that was due waited until fewer than
/// MAX_CONCURRENCY were under way, or until the quota had room. It is part of the latency.
/// No sample in a closed loop.
inline void add_queue_wait(const RequestRecord& record, Histogram& to) {
  if (record.admitted && record.scheduled) to.add(*record.admitted - *record.scheduled);
}

}  // namespace llmload::metrics
