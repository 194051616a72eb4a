#pragma once

#include <vector>

#include "metrics/earliest.hpp"
#include "metrics/metric_fold.hpp"

namespace llmload::metrics_test {

/// A summary that has the metrics of `records`, all of which are ok, and nothing else.
inline Summary summary_of(const std::vector<RequestRecord>& records) {
  const metrics::SummarySettings settings;
  metrics::MetricFold fold({}, settings);
  metrics::Earliest earliest;
  for (const RequestRecord& record : records) fold.add({record, earliest.of(record), settings});
  Summary s;
  s.values = fold.values({});
  return s;
}

}  // namespace llmload::metrics_test
