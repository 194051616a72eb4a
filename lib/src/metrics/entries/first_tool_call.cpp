#include <algorithm>

#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {

std::optional<double> first_tool_call_ms(const RequestRecord& record) noexcept {
  const auto first = std::ranges::find(record.events, TextKind::tool, &TokenEvent::kind);
  return first == record.events.end() ? std::nullopt : milliseconds(start(record), first->at);
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
