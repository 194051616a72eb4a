#pragma once

#include <optional>

#include "llmload/request_record.hpp"

namespace llmload::metrics {

/// Retry wait (ms) = the time between a request's attempts, of those with more than one. It is part of the
/// latency from the start, and not of the service times, which are the last attempt's.
inline std::optional<double> retry_wait_ms(const RequestRecord& record) {
  return record.attempts > 1 ? std::optional(static_cast<double>(record.retry_wait) / 1e6) : std::nullopt;
}

}  // namespace llmload::metrics
