#include "llmload/metrics.hpp"

namespace llmload::metrics {

std::optional<double> dispatch_lag_ms(const RequestRecord& record, bool own_connections) noexcept {
  if (!record.admitted || !record.sent || record.attempts > 1) return std::nullopt;
  const Stamp opened = record.tls_done ? record.tls_done : record.tcp_connected;
  const bool take_out = own_connections && opened && record.dispatched;
  const std::int64_t lag = *record.sent - *record.admitted - (take_out ? *opened - *record.dispatched : 0);
  return static_cast<double>(lag) / 1e6;
}

}  // namespace llmload::metrics
