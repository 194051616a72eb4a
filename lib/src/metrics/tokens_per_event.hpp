#pragma once

#include "metrics/record_facts.hpp"

namespace llmload::metrics {

/// Tokens per event = output tokens / token events of the answer.
/// Empty where the answer was not streamed, brought no token event, or its tokens are not known.
inline std::optional<double> tokens_per_event(const RequestRecord& record,
                                              TokensFrom from = TokensFrom::tokenizer) {
  const auto tokens = output_tokens(record, from);
  if (!tokens || record.events.empty()) return std::nullopt;
  return static_cast<double>(*tokens) / static_cast<double>(record.events.size());
}

}  // namespace llmload::metrics
