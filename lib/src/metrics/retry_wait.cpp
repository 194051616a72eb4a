#include "llmload/metrics.hpp"

namespace llmload::metrics {

std::optional<double> retry_wait_ms(const RequestRecord& record) noexcept {
  return record.attempts > 1 ? std::optional(static_cast<double>(record.retry_wait) / 1e6) : std::nullopt;
}

}  // namespace llmload::metrics
