#pragma once

#include "metrics/service_time.hpp"

namespace llmload::metrics {

/// Prompt rate of a request (tokens/s) = prompt tokens / service TTFT, by the tokenizer, else by `usage`.
/// Empty where the answer has no service TTFT or the tokens are not known.
inline std::optional<double> request_prompt_rate(const RequestRecord& record,
                                                 TokensFrom from = TokensFrom::tokenizer) {
  return per_second(prompt_tokens(record, from), service_ttft_ms(record));
}

}  // namespace llmload::metrics
