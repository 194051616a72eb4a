#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {
namespace {

std::optional<double> service_ms(const RequestRecord& record, const Stamp& until) {
  const bool early = record.first_byte && record.sent && *record.first_byte < *record.sent;
  return early ? std::nullopt : milliseconds(record.sent, until);
}

}  // namespace

std::optional<double> service_e2e_ms(const RequestRecord& record) noexcept {
  return service_ms(record, record.done);
}
std::optional<double> service_ttft_ms(const RequestRecord& record) noexcept {
  return service_ms(record, record.first_token);
}

namespace entries {

extern constinit const Metric service_e2e = {.key = "service_e2e_ms",
                                             .name = "Service E2E",
                                             .unit = "ms",
                                             .better = Better::lower,
                                             .rests_on = rests_on::arrivals,
                                             .make = make<PerRequest<service_e2e_ms>>,
                                             .own_error = &OwnErrorP99::service_e2e_ms};

extern constinit const Metric service_ttft = {.key = "service_ttft_ms",
                                              .name = "Service TTFT",
                                              .unit = "ms",
                                              .better = Better::lower,
                                              .rests_on = rests_on::arrivals | rests_on::first_token,
                                              .make = make<PerRequest<service_ttft_ms>>,
                                              .own_error = &OwnErrorP99::service_ttft_ms,
                                              .needs = Needs::tokens};

}  // namespace entries

}  // namespace llmload::metrics
