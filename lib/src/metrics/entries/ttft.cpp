#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {

std::optional<double> ttft_ms(const RequestRecord& record) noexcept {
  return milliseconds(start(record), record.first_token);
}

namespace entries {

extern constinit const Metric ttft = {.key = "ttft_ms",
                                      .name = "TTFT",
                                      .unit = "ms",
                                      .better = Better::lower,
                                      .rests_on = rests_on::due | rests_on::arrivals | rests_on::first_token,
                                      .make = make<PerArrivals<ttft_ms>>,
                                      .own_error = &OwnErrorP99::ttft_ms,
                                      .needs = Needs::tokens};

}  // namespace entries

}  // namespace llmload::metrics
