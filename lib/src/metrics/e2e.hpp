#pragma once

#include "metrics/record_facts.hpp"

namespace llmload::metrics {

/// E2E (ms) = done - start. Start is when the request was due (open loop), else when a session took it.
/// Empty where no answer came to its end.
inline std::optional<double> e2e_ms(const RequestRecord& record) {
  return milliseconds(start(record), record.done);
}

}  // namespace llmload::metrics
