#include "metrics/metric.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {
namespace {

/// Together share = token events that came together with the one before, as far as can be told (both within 1
/// ms, at the earliest, too) / token events after the first of each answer, over the stage. Not we have
/// merged them, but something that sends or forwards them. Empty where no answer had a second token event.
void add_together(const RequestRecord& record, Share& to) {
  constexpr std::int64_t at_once = 1'000'000;  // ns
  if (record.events.empty()) return;
  to.whole += record.events.size() - 1;
  auto bound = record.bounds.begin();
  for (std::size_t i = 0; i + 1 < record.events.size(); ++i) {
    if (!record.events[i + 1].merged) continue;
    while (bound != record.bounds.end() && bound->first + bound->count <= i) ++bound;
    const bool bounded = bound != record.bounds.end() && bound->first <= i;
    const std::int64_t earliest = bounded ? bound->earliest : record.events[i].at;
    if (record.events[i + 1].at - earliest <= at_once) ++to.part;
  }
}

}  // namespace

namespace entries {

extern constinit const Metric together_share = {.key = "together_share",
                                                .name = "Together Share",
                                                .unit = "share",
                                                .better = Better::lower,
                                                .rests_on = rests_on::arrivals | rests_on::text,
                                                .make = make<SharePerStage<add_together>>};

}  // namespace entries

}  // namespace llmload::metrics
