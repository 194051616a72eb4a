#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {

std::optional<double> request_output_rate(const RequestRecord& record, TokensFrom from) noexcept {
  return per_second(output_tokens(record, from), e2e_ms(record));
}

namespace entries {

extern constinit const Metric request_output_rate = {
    .key = "request_output_rate",
    .name = "Output Rate per Request",
    .unit = "tokens/s",
    .better = Better::higher,
    .rests_on = rests_on::due | rests_on::arrivals | rests_on::text,
    .make = make<PerRequest<metrics::request_output_rate>>};

}  // namespace entries

}  // namespace llmload::metrics
