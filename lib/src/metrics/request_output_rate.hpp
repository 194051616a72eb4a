#pragma once

#include "metrics/e2e.hpp"

namespace llmload::metrics {

/// Output rate of a request (tokens/s) = output tokens / E2E, by the tokenizer, else by `usage`.
/// Empty where the tokens are not known.
inline std::optional<double> request_output_rate(const RequestRecord& record,
                                                 TokensFrom from = TokensFrom::tokenizer) {
  return per_second(output_tokens(record, from), e2e_ms(record));
}

}  // namespace llmload::metrics
