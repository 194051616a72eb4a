#pragma once

#include <algorithm>
#include <cstdint>

#include "llmload/request_record.hpp"

namespace llmload::protocol {

/// Takes out of the record a usage that can't be, and marks it: beyond what any model's context holds, or
/// with tokens by the thousand for each byte of the answer. Needs its body_bytes.
inline void drop_impossible_usage(RequestRecord& r) {
  constexpr std::uint64_t most_tokens = 1'000'000'000, most_a_byte = 1'000;
  const std::uint64_t most_output = std::min(most_tokens, r.body_bytes * most_a_byte);
  r.usage_refused = r.usage_prompt_tokens.value_or(0) > most_tokens ||
                    r.usage_cached_tokens.value_or(0) > most_tokens ||
                    r.usage_completion_tokens.value_or(0) > most_output ||
                    r.usage_reasoning_tokens.value_or(0) > most_output;
  if (!r.usage_refused) return;
  for (auto* tokens : {&r.usage_prompt_tokens, &r.usage_completion_tokens, &r.usage_cached_tokens,
                       &r.usage_reasoning_tokens})
    tokens->reset();
}

}  // namespace llmload::protocol
