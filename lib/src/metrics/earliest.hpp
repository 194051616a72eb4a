#pragma once

#include "llmload/request_record.hpp"
#include "metrics/arrivals.hpp"

namespace llmload::metrics {

/// Puts a record's events at the earliest times at which they can have arrived.
class Earliest {
 public:
  /// Until the next call: the record itself where every arrival is known; else what Sample::earliest says.
  const RequestRecord& of(const RequestRecord& record) {
    if (record.bounds.empty()) return record;
    earliest_.scheduled = record.scheduled;
    earliest_.dispatched = record.dispatched;
    earliest_.output_tokens = record.output_tokens;
    earliest_.usage_completion_tokens = record.usage_completion_tokens;
    earliest_.usage_reasoning_tokens = record.usage_reasoning_tokens;
    put_at_earliest(record, earliest_.events);
    earliest_.first_token = earliest_.events.front().at;
    earliest_.last_token = earliest_.events.back().at;
    return earliest_;
  }

 private:
  RequestRecord earliest_;  // the last of them, for its memory
};

}  // namespace llmload::metrics
