#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {

std::optional<double> ttfo_ms(const RequestRecord& record) noexcept {
  return ms_to_first(record, [](TextKind kind) { return kind != TextKind::reasoning; });
}

namespace entries {

extern constinit const Metric ttfo = {
    .key = "ttfo_ms",
    .name = "Time to First Output Token",
    .unit = "ms",
    .better = Better::lower,
    .rests_on = rests_on::due | rests_on::arrivals | rests_on::first_token | rests_on::text,
    .make = make<PerRequest<ttfo_ms>>,
    .own_error = &OwnErrorP99::ttft_ms,
    .needs = Needs::tokens};

}  // namespace entries

}  // namespace llmload::metrics
