#include <algorithm>

#include "metrics/metric.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {
namespace {

/// Merged share = token events that came in one read with the one before / token events after the first of
/// each answer, over the stage.
/// Empty where no answer had a second token event.
void add_merged_events(const RequestRecord& record, Share& to) {
  if (record.events.empty()) return;
  to.part += static_cast<std::uint64_t>(std::ranges::count_if(record.events, &TokenEvent::merged));
  to.whole += record.events.size() - 1;
}

}  // namespace

namespace entries {

extern constinit const Metric merged_share = {.key = "merged_share",
                                              .name = "Merged Share",
                                              .unit = "share",
                                              .better = Better::lower,
                                              .rests_on = rests_on::arrivals | rests_on::text,
                                              .make = make<SharePerStage<add_merged_events>>,
                                              .needs = Needs::tokens};

}  // namespace entries

}  // namespace llmload::metrics
