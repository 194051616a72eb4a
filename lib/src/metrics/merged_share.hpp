#pragma once

#include <algorithm>

#include "llmload/request_record.hpp"
#include "metrics/share.hpp"

namespace llmload::metrics {

/// Merged share = token events that came in one read with the one before / token events after the first of
/// each answer, over the stage.
/// Empty where no answer had a second token event.
inline void add_merged_events(const RequestRecord& record, Share& to) {
  if (record.events.empty()) return;
  to.part += static_cast<std::uint64_t>(std::ranges::count_if(record.events, &TokenEvent::merged));
  to.whole += record.events.size() - 1;
}

}  // namespace llmload::metrics
