#pragma once

#include <memory>

#include "llmload/metrics.hpp"
#include "llmload/summary.hpp"

namespace llmload::metrics {

/// A successful request, as a metric looks at it.
struct Sample {
  const RequestRecord& record;
  /// The record itself; where some arrivals are known within bounds only, what of it a metric of arrivals
  /// takes (start, first and last token, events, output tokens), at the earliest times.
  const RequestRecord& earliest;
  const SummarySettings& settings;
};

/// What a metric makes of the requests that it is given, in whatever order.
class Accumulator {
 public:
  Accumulator() = default;
  virtual ~Accumulator() = default;
  Accumulator(const Accumulator&) = delete;
  Accumulator& operator=(const Accumulator&) = delete;

  virtual void add(const Sample& sample) = 0;
  /// As if all that `other` was given had come here. `other`: of the same metric.
  virtual void merge(const Accumulator& other) = 0;
  /// So far; always of the same kind. It may be asked for while more is to come.
  [[nodiscard]] virtual MetricValue value() const = 0;
};

}  // namespace llmload::metrics
