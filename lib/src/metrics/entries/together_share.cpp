#include <algorithm>
#include <chrono>
#include <cstddef>

#include "metrics/metric.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {
namespace {

/// Together share = token events that came together with the one before, as far as can be told (both within 1
/// ms, at the earliest, too) / token events after the first of each answer, over the stage. Not we have
/// merged them, but something that sends or forwards them. Empty where no answer had a second token event.
void add_together(const RequestRecord& record, Share& to) {
  constexpr std::chrono::milliseconds at_once{1};
  if (record.events.empty()) return;
  const std::size_t pairs = record.events.size() - 1;
  to.whole += pairs;
  // Pairs of an event and the next one; `earliest`: of the first of each, null: its stamp.
  const auto count = [&](std::size_t begin, std::size_t end, const std::chrono::nanoseconds* earliest) {
    for (std::size_t i = begin; i < std::min(end, pairs); ++i) {
      const TokenEvent& next = record.events[i + 1];
      const std::chrono::nanoseconds before = earliest != nullptr ? *earliest : record.events[i].at;
      if (next.merged && next.at - before <= at_once) ++to.part;
    }
  };
  std::size_t done = 0;  // bounds are in order and apart
  for (const ArrivalBound& bound : record.bounds) {
    count(done, bound.first, nullptr);
    done = std::size_t{bound.first} + bound.count;
    count(bound.first, done, &bound.earliest);
  }
  count(done, pairs, nullptr);
}

}  // namespace

namespace entries {

extern constinit const Metric together_share = {.key = "together_share",
                                                .name = "Together Share",
                                                .unit = "share",
                                                .better = Better::lower,
                                                .rests_on = rests_on::arrivals | rests_on::text,
                                                .make = make<SharePerStage<add_together>>,
                                                .needs = Needs::tokens};

}  // namespace entries

}  // namespace llmload::metrics
