#pragma once

#include "metrics/record_facts.hpp"

namespace llmload::metrics {

/// Resolve time (ms) = resolved - opening, connect time (ms) = TCP connected - resolved (where no name was
/// looked up: - opening), through a proxy with its tunnel, TLS time (ms) = TLS done - TCP connected: the
/// parts of opening a connection, from when a request began to open one. Empty where a request opened none,
/// or without that part.
inline std::optional<double> resolve_ms(const RequestRecord& record) {
  return milliseconds(record.opening, record.resolved);
}
inline std::optional<double> connect_ms(const RequestRecord& record) {
  return milliseconds(record.resolved ? record.resolved : record.opening, record.tcp_connected);
}
inline std::optional<double> tls_ms(const RequestRecord& record) {
  return milliseconds(record.tcp_connected, record.tls_done);
}

}  // namespace llmload::metrics
