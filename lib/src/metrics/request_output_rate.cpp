#include "llmload/metrics.hpp"
#include "metrics/record_facts.hpp"

namespace llmload::metrics {

std::optional<double> request_output_rate(const RequestRecord& record, TokensFrom from) noexcept {
  return per_second(output_tokens(record, from), e2e_ms(record));
}

}  // namespace llmload::metrics
