#include "llmload/metrics.hpp"
#include "metrics/record_facts.hpp"

namespace llmload::metrics {

std::optional<double> e2e_ms(const RequestRecord& record) noexcept {
  return milliseconds(start(record), record.done);
}

}  // namespace llmload::metrics
