#pragma once

#include "metrics/record_facts.hpp"

namespace llmload::metrics {

/// Service E2E (ms) = done - sent, service TTFT (ms) = first token - sent: what the server took, without the
/// time that a request waited to be sent.
/// Empty where the stamp is missing.
inline std::optional<double> service_e2e_ms(const RequestRecord& record) {
  return milliseconds(record.sent, record.done);
}
inline std::optional<double> service_ttft_ms(const RequestRecord& record) {
  return milliseconds(record.sent, record.first_token);
}

}  // namespace llmload::metrics
