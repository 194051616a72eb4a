#include "metrics/earliest_fold.hpp"

#include <cmath>

#include "llmload/metrics.hpp"
#include "metrics/arrivals.hpp"
#include "metrics/event_gap.hpp"

namespace llmload::metrics {
namespace {

/// Where nothing can be computed from the earliest times the uncertainty is not known.
void note_uncertainty(std::optional<Distribution>& metric, const std::optional<Distribution>& earliest) {
  if (!metric || !earliest) return;
  metric->uncertainty_p50 = std::abs(metric->p50 - earliest->p50);
  metric->uncertainty_p99 = std::abs(metric->p99 - earliest->p99);
}

}  // namespace

void EarliestFold::add(const RequestRecord& record, TokensFrom from) {
  if (record.bounds.empty()) {
    ttft_.add(ttft_ms(record));
    tpot_.add(tpot_ms(record, from));
    return;
  }
  any_bound_ = true;
  RequestRecord& earliest = earliest_;
  earliest.scheduled = record.scheduled;
  earliest.dispatched = record.dispatched;
  earliest.output_tokens = record.output_tokens;
  earliest.usage_completion_tokens = record.usage_completion_tokens;
  earliest.usage_reasoning_tokens = record.usage_reasoning_tokens;
  put_at_earliest(record, earliest.events);
  earliest.first_token = earliest.events.front().at;
  earliest.last_token = earliest.events.back().at;
  ttft_.add(ttft_ms(earliest));
  tpot_.add(tpot_ms(earliest, from));
  add_event_gaps(earliest, gaps_);
}

void EarliestFold::fill(Summary& s, const Histogram& sure_gaps) const {
  if (!any_bound_) {
    for (auto* metric : {&s.ttft_ms, &s.tpot_ms, &s.event_gap_ms}) note_uncertainty(*metric, *metric);
    return;
  }
  note_uncertainty(s.ttft_ms, ttft_.distribution());
  note_uncertainty(s.tpot_ms, tpot_.distribution());
  Histogram gaps = sure_gaps;
  gaps.merge(gaps_);
  note_uncertainty(s.event_gap_ms, gaps.distribution_ms());
}

}  // namespace llmload::metrics
