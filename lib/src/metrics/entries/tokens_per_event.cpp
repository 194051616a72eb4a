#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {

std::optional<double> tokens_per_event(const RequestRecord& record, TokensFrom from) noexcept {
  const auto tokens = output_tokens(record, from);
  if (!tokens || record.events.empty()) return std::nullopt;
  return static_cast<double>(*tokens) / static_cast<double>(record.events.size());
}

namespace entries {

extern constinit const Metric tokens_per_event = {.key = "tokens_per_event",
                                                  .name = "Tokens per Event",
                                                  .unit = "tokens",
                                                  .better = Better::neither,
                                                  .rests_on = rests_on::text,
                                                  .make = make<PerRequest<metrics::tokens_per_event>>,
                                                  .needs = Needs::tokens};

}  // namespace entries

}  // namespace llmload::metrics
