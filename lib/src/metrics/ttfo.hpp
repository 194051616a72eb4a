#pragma once

#include <algorithm>

#include "metrics/record_facts.hpp"

namespace llmload::metrics {

/// TTFO (ms), time to first output token = arrival of the first token event that is not reasoning - start.
/// Empty where the answer was not streamed or brought nothing but reasoning.
inline std::optional<double> ttfo_ms(const RequestRecord& record) {
  const auto first =
      std::ranges::find_if(record.events, [](const TokenEvent& e) { return e.kind != TextKind::reasoning; });
  return first == record.events.end() ? std::nullopt : milliseconds(start(record), first->at);
}

}  // namespace llmload::metrics
