#include "llmload/metrics.hpp"
#include "metrics/record_facts.hpp"

namespace llmload::metrics {

std::optional<double> request_prompt_rate(const RequestRecord& record, TokensFrom from) noexcept {
  return per_second(prompt_tokens(record, from), service_ttft_ms(record));
}

}  // namespace llmload::metrics
