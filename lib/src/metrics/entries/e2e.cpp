#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {

std::optional<double> e2e_ms(const RequestRecord& record) noexcept {
  return milliseconds(start(record), record.done);
}

namespace entries {

extern constinit const Metric e2e = {.key = "e2e_ms",
                                     .name = "Latency",
                                     .unit = "ms",
                                     .better = Better::lower,
                                     .rests_on = rests_on::due | rests_on::arrivals,
                                     .make = make<PerRequest<e2e_ms>>,
                                     .own_error = &OwnErrorP99::e2e_ms};

}  // namespace entries

}  // namespace llmload::metrics
