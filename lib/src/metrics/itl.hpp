#pragma once

#include "metrics/arrivals.hpp"
#include "metrics/histogram.hpp"

namespace llmload::metrics {

/// ITL (ms), inter-token latency: an arrival that brings k tokens, a gap after the one before, gives gap / k,
/// k times. Token events that came in one read are one arrival; the gap of an arrival without a whole token
/// is added to that of the next with one. The k samples are whole nanoseconds that add up to the gap.
/// No sample where the answer was not streamed, came in one arrival, or no tokenizer counted it.
inline void add_itl(const RequestRecord& record, Histogram& to) {
  if (!record.output_tokens) return;
  std::int64_t gap = 0;
  for_each_gap(record.events, [&gap, &to](std::int64_t more, std::uint64_t tokens) {
    gap += more;
    if (tokens == 0) return;
    const auto k = static_cast<std::int64_t>(tokens);
    const auto longer = static_cast<std::uint64_t>(gap % k);
    to.add(gap / k, tokens - longer);
    to.add(gap / k + 1, longer);
    gap = 0;
  });
}

}  // namespace llmload::metrics
