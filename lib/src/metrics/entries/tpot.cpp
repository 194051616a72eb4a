#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {

std::optional<double> tpot_ms(const RequestRecord& record, TokensFrom from) noexcept {
  const auto n = timed_tokens(record, from);
  const auto time = milliseconds(record.first_token, record.last_token);
  if (!n || *n < 2 || !time || *time <= 0) return std::nullopt;
  return *time / static_cast<double>(*n - 1);
}

namespace entries {

extern constinit const Metric tpot = {.key = "tpot_ms",
                                      .name = "TPOT",
                                      .unit = "ms",
                                      .better = Better::lower,
                                      .rests_on = rests_on::arrivals | rests_on::text,
                                      .make = make<PerArrivals<tpot_ms>>,
                                      .own_error = &OwnErrorP99::tpot_ms,
                                      .needs = Needs::tokens};

}  // namespace entries

}  // namespace llmload::metrics
