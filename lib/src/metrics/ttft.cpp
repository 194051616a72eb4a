#include "llmload/metrics.hpp"
#include "metrics/record_facts.hpp"

namespace llmload::metrics {

std::optional<double> ttft_ms(const RequestRecord& record) noexcept {
  return milliseconds(start(record), record.first_token);
}

}  // namespace llmload::metrics
