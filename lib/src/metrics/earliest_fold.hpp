#pragma once

#include "llmload/summary.hpp"
#include "metrics/histogram.hpp"
#include "metrics/samples.hpp"

namespace llmload::metrics {

/// Folds TTFT, TPOT and event gaps once more, from the earliest times at which the events can have arrived:
/// how far their percentiles are from those of the stamps is the uncertainty of these. Where every arrival is
/// known it is 0.
class EarliestFold {
 public:
  /// A record whose outcome is ok.
  void add(const RequestRecord& record, TokensFrom from);
  /// Sets the uncertainty of those metrics that the summary has. `sure_gaps`: those of answers without a
  /// bound.
  void fill(Summary& summary, const Histogram& sure_gaps) const;

 private:
  Samples ttft_, tpot_;
  Histogram gaps_;          // of answers with a bound
  RequestRecord earliest_;  // the last of them, for its memory
  bool any_bound_ = false;
};

}  // namespace llmload::metrics
