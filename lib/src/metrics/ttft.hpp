#pragma once

#include "metrics/record_facts.hpp"

namespace llmload::metrics {

/// TTFT (ms), time to first token = arrival of the first token event, of whatever kind - start.
/// Empty where the answer was not streamed or brought no token.
inline std::optional<double> ttft_ms(const RequestRecord& record) {
  return milliseconds(start(record), record.first_token);
}

}  // namespace llmload::metrics
