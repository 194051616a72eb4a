#include "llmload/metrics.hpp"
#include "metrics/record_facts.hpp"

namespace llmload::metrics {

std::optional<double> tokens_per_event(const RequestRecord& record, TokensFrom from) noexcept {
  const auto tokens = output_tokens(record, from);
  if (!tokens || record.events.empty()) return std::nullopt;
  return static_cast<double>(*tokens) / static_cast<double>(record.events.size());
}

}  // namespace llmload::metrics
