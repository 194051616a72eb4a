#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {

std::optional<double> first_tool_call_ms(const RequestRecord& record) noexcept {
  return ms_to_first(record, [](TextKind kind) { return kind == TextKind::tool; });
}

namespace entries {

extern constinit const Metric first_tool_call = {
    .key = "first_tool_call_ms",
    .name = "Time to First Tool Call",
    .unit = "ms",
    .better = Better::lower,
    .rests_on = rests_on::due | rests_on::arrivals | rests_on::text,
    .make = make<PerRequest<first_tool_call_ms>>,
    .own_error = &OwnErrorP99::ttft_ms,
    .needs = Needs::tokens};

}  // namespace entries

}  // namespace llmload::metrics
