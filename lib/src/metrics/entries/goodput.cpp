#include "llmload/metrics.hpp"
#include "metrics/record_facts.hpp"

namespace llmload::metrics {

bool is_good(const RequestRecord& record, const Goodput& limits, TokensFrom from) noexcept {
  const auto within = [](const std::optional<double>& limit, const std::optional<double>& value) {
    return !limit || (value && *value <= *limit);
  };
  const bool one_token = timed_tokens(record, from).value_or(2) < 2;
  return record.outcome == Outcome::ok && within(limits.e2e_ms, e2e_ms(record)) &&
         within(limits.ttft_ms, ttft_ms(record)) &&
         (one_token || within(limits.tpot_ms, tpot_ms(record, from)));
}

}  // namespace llmload::metrics
