#pragma once

#include "metrics/record_facts.hpp"

namespace llmload::metrics {

/// TPOT (ms), time per output token after the first = (last token - first token) / (n - 1), with n output
/// tokens by the tokenizer, else by `usage`; by that less its reasoning tokens where none of their text came.
/// Empty where the answer was not streamed, n is not known, or n < 2, and where all tokens came at one time.
inline std::optional<double> tpot_ms(const RequestRecord& record, TokensFrom from = TokensFrom::tokenizer) {
  const auto n = timed_tokens(record, from);
  const auto time = milliseconds(record.first_token, record.last_token);
  if (!n || *n < 2 || !time || *time <= 0) return std::nullopt;
  return *time / static_cast<double>(*n - 1);
}

}  // namespace llmload::metrics
