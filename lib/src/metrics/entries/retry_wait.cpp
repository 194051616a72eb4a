#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {

std::optional<double> retry_wait_ms(const RequestRecord& record) noexcept {
  return record.attempts > 1 ? std::optional(in_ms(record.retry_wait)) : std::nullopt;
}

namespace entries {

extern constinit const Metric retry_wait = {.key = "retry_wait_ms",
                                            .name = "Retry Wait",
                                            .unit = "ms",
                                            .better = Better::lower,
                                            .rests_on = rests_on::nothing,
                                            .make = make<PerRequest<retry_wait_ms>>};

}  // namespace entries

}  // namespace llmload::metrics
