#pragma once

#include "llmload/request_record.hpp"
#include "metrics/histogram.hpp"

namespace llmload::metrics {

/// Service E2E (ms) = done - sent, service TTFT (ms) = first token - sent: what the server took, without the
/// time that a request waited to be sent.
/// No sample where the stamp is missing.
inline void add_service_time(const RequestRecord& record, Histogram& e2e, Histogram& ttft) {
  if (record.sent && record.done) e2e.add(*record.done - *record.sent);
  if (record.sent && record.first_token) ttft.add(*record.first_token - *record.sent);
}

}  // namespace llmload::metrics
