#pragma once

#include "llmload/request_record.hpp"
#include "metrics/histogram.hpp"

namespace llmload::metrics {

/// Dispatch lag (ms) = sent - admitted, of every measured request that was sent. Admitted is when the request
/// was due, or later, when a cap that queues had room for it. Where each request opens a connection of its
/// own, that time is meant to be in its latency, and is taken out here.
/// No sample in a closed loop, nor of a request that was sent more than once.
inline void add_dispatch_lag(const RequestRecord& record, bool own_connections, Histogram& to) {
  if (!record.admitted || !record.sent || record.attempts > 1) return;
  const Stamp opened = record.tls_done ? record.tls_done : record.tcp_connected;
  const bool take_out = own_connections && opened && record.dispatched;
  to.add(*record.sent - *record.admitted - (take_out ? *opened - *record.dispatched : 0));
}

}  // namespace llmload::metrics
