#include "llmload/metrics.hpp"
#include "metrics/record_facts.hpp"

namespace llmload::metrics {

std::optional<double> tpot_ms(const RequestRecord& record, TokensFrom from) noexcept {
  const auto n = timed_tokens(record, from);
  const auto time = milliseconds(record.first_token, record.last_token);
  if (!n || *n < 2 || !time || *time <= 0) return std::nullopt;
  return *time / static_cast<double>(*n - 1);
}

}  // namespace llmload::metrics
