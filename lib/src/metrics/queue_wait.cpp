#include "llmload/metrics.hpp"
#include "metrics/record_facts.hpp"

namespace llmload::metrics {

std::optional<double> queue_wait_ms(const RequestRecord& record) noexcept {
  return milliseconds(record.scheduled, record.admitted);
}

}  // namespace llmload::metrics
