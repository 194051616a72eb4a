#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <span>

#include "metrics/arrivals.hpp"

namespace llmload::metrics {

/// Calls `call(time, times)` for the samples of itl_ms().
template <class Call>
void for_each_itl(const RequestRecord& record, Call call) {
  if (!record.output_tokens) return;
  using std::chrono::nanoseconds;
  nanoseconds gap{0};
  for_each_gap(record.events, [&gap, &call](nanoseconds more, std::span<const TokenEvent> events) {
    gap = std::max(gap + more, nanoseconds(0));  // below it where a hand-made record's events go back
    std::uint64_t tokens = 0;
    for (const TokenEvent& event : events) tokens += event.tokens;
    if (tokens == 0) return;
    const auto k = static_cast<std::int64_t>(tokens);
    const auto longer = static_cast<std::uint64_t>((gap % k).count());
    call(gap / k, tokens - longer);
    call(gap / k + nanoseconds(1), longer);
    gap = nanoseconds(0);
  });
}

}  // namespace llmload::metrics
