#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {

std::optional<double> cached_tokens(const RequestRecord& record) noexcept {
  const auto& cached = record.usage_cached_tokens;
  return cached ? std::optional(static_cast<double>(*cached)) : std::nullopt;
}

namespace entries {

extern constinit const Metric cached_tokens = {.key = "cached_tokens",
                                               .name = "Cached Tokens",
                                               .unit = "tokens",
                                               .better = Better::neither,
                                               .rests_on = rests_on::text,
                                               .make = make<PerRequest<metrics::cached_tokens>>};

}  // namespace entries

}  // namespace llmload::metrics
