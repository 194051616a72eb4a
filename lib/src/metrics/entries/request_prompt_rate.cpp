#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {

std::optional<double> request_prompt_rate(const RequestRecord& record, TokensFrom from) noexcept {
  return per_second(prompt_tokens(record, from), service_ttft_ms(record));
}

namespace entries {

extern constinit const Metric request_prompt_rate = {.key = "request_prompt_rate",
                                                     .name = "Prompt Rate per Request",
                                                     .unit = "tokens/s",
                                                     .better = Better::higher,
                                                     .rests_on = rests_on::arrivals | rests_on::first_token,
                                                     .make = make<PerRequest<metrics::request_prompt_rate>>,
                                                     .needs = Needs::tokens};

}  // namespace entries

}  // namespace llmload::metrics
