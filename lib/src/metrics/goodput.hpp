#pragma once

#include "llmload/plan.hpp"
#include "metrics/e2e.hpp"
#include "metrics/tpot.hpp"
#include "metrics/ttft.hpp"

namespace llmload::metrics {

/// A request is good when it is ok and within every limit that is set (a value equal to its limit is). A
/// value that is not known is a miss, but an answer of fewer than 2 tokens has no TPOT to exceed and passes
/// that one. Goodput (requests/s) = good requests / wall; good share = good requests / requests that were
/// begun or dropped. Both are empty where no limit is set; goodput also where no request succeeded, for there
/// is no wall.
inline bool is_good(const RequestRecord& record, const Goodput& limits,
                    TokensFrom from = TokensFrom::tokenizer) {
  const auto within = [](const std::optional<double>& limit, const std::optional<double>& value) {
    return !limit || (value && *value <= *limit);
  };
  const bool one_token = timed_tokens(record, from).value_or(2) < 2;
  return record.outcome == Outcome::ok && within(limits.e2e_ms, e2e_ms(record)) &&
         within(limits.ttft_ms, ttft_ms(record)) &&
         (one_token || within(limits.tpot_ms, tpot_ms(record, from)));
}

}  // namespace llmload::metrics
