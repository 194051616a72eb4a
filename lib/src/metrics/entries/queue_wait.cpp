#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {

std::optional<double> queue_wait_ms(const RequestRecord& record) noexcept {
  return milliseconds(record.scheduled, record.admitted);
}

namespace entries {

extern constinit const Metric queue_wait = {
    .key = "queue_wait_ms",
    .name = "Queue Wait",
    .unit = "ms",
    .better = Better::lower,
    .rests_on = rests_on::nothing,
    .make = make<PerRequestInHistogram<queue_wait_ms>>,
    .exists = [](const Stage& stage, const SummarySettings& settings) {
      const OpenLoop* const open = stage.open_loop();
      const bool capped = open != nullptr ? open->concurrency && open->when_full == WhenFull::queue
                                          : !settings.conversations;  // of hand-made records, without a loop
      return capped || settings.quota;
    }};

}  // namespace entries

}  // namespace llmload::metrics
