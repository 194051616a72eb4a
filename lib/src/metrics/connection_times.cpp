#include "llmload/metrics.hpp"
#include "metrics/record_facts.hpp"

namespace llmload::metrics {

std::optional<double> resolve_ms(const RequestRecord& record) noexcept {
  return milliseconds(record.opening, record.resolved);
}
std::optional<double> connect_ms(const RequestRecord& record) noexcept {
  return milliseconds(record.resolved ? record.resolved : record.opening, record.tcp_connected);
}
std::optional<double> tls_ms(const RequestRecord& record) noexcept {
  return milliseconds(record.tcp_connected, record.tls_done);
}

}  // namespace llmload::metrics
