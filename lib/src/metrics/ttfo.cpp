#include <algorithm>

#include "llmload/metrics.hpp"
#include "metrics/record_facts.hpp"

namespace llmload::metrics {

std::optional<double> ttfo_ms(const RequestRecord& record) noexcept {
  const auto first =
      std::ranges::find_if(record.events, [](const TokenEvent& e) { return e.kind != TextKind::reasoning; });
  return first == record.events.end() ? std::nullopt : milliseconds(start(record), first->at);
}

}  // namespace llmload::metrics
