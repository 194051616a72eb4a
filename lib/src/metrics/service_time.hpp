#pragma once

#include "metrics/record_facts.hpp"

namespace llmload::metrics {

/// Service E2E (ms) = done - sent, service TTFT (ms) = first token - sent: what the server took, without the
/// time that a request waited to be sent.
/// Empty where the stamp is missing, and where the answer began before the request was out.
inline std::optional<double> service_ms(const RequestRecord& record, const Stamp& until) {
  const bool early = record.first_byte && record.sent && *record.first_byte < *record.sent;
  return early ? std::nullopt : milliseconds(record.sent, until);
}
inline std::optional<double> service_e2e_ms(const RequestRecord& record) {
  return service_ms(record, record.done);
}
inline std::optional<double> service_ttft_ms(const RequestRecord& record) {
  return service_ms(record, record.first_token);
}

}  // namespace llmload::metrics
