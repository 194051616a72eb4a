#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "llmload/request_record.hpp"

namespace llmload::protocol {

/// Takes out of the record a usage that can't be, and marks it: beyond what any model's context holds, or
/// with tokens by the thousand for each byte of the answer. Of a part that is greater than its whole the part
/// alone: some servers count it apart, and the whole is good. Needs its body_bytes.
inline void drop_impossible_usage(RequestRecord& r) {
  constexpr std::uint64_t most_tokens = 1'000'000'000, most_a_byte = 1'000;
  const std::uint64_t most_output = std::min(most_tokens, r.body_bytes * most_a_byte);
  r.usage_refused = r.usage_prompt_tokens.value_or(0) > most_tokens ||
                    r.usage_cached_tokens.value_or(0) > most_tokens ||
                    r.usage_completion_tokens.value_or(0) > most_output ||
                    r.usage_reasoning_tokens.value_or(0) > most_output;
  if (r.usage_refused) {
    for (auto* tokens : {&r.usage_prompt_tokens, &r.usage_completion_tokens, &r.usage_cached_tokens,
                         &r.usage_reasoning_tokens})
      tokens->reset();
    return;
  }
  const auto check = [&r](const std::optional<std::uint64_t>& whole, std::optional<std::uint64_t>& part) {
    if (!whole || !part || *part <= *whole) return;
    part.reset();
    r.usage_refused = true;
  };
  check(r.usage_prompt_tokens, r.usage_cached_tokens);
  check(r.usage_completion_tokens, r.usage_reasoning_tokens);
}

}  // namespace llmload::protocol
