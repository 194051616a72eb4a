#include <chrono>

#include "llmload/metrics.hpp"
#include "metrics/record_facts.hpp"

namespace llmload::metrics {

std::optional<double> dispatch_lag_ms(const RequestRecord& record, bool own_connections) noexcept {
  if (!record.admitted || !record.sent || record.attempts > 1) return std::nullopt;
  const Stamp opened = record.tls_done ? record.tls_done : record.tcp_connected;
  const bool take_out = own_connections && opened && record.dispatched;
  const std::chrono::nanoseconds lag = *record.sent - *record.admitted;
  return in_ms(take_out ? lag - (*opened - *record.dispatched) : lag);
}

}  // namespace llmload::metrics
