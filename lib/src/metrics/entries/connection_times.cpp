#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {

std::optional<double> resolve_ms(const RequestRecord& record) noexcept {
  return milliseconds(record.opening, record.resolved);
}
std::optional<double> connect_ms(const RequestRecord& record) noexcept {
  return milliseconds(record.resolved ? record.resolved : record.opening, record.tcp_connected);
}
std::optional<double> tls_ms(const RequestRecord& record) noexcept {
  return milliseconds(record.tcp_connected, record.tls_done);
}

namespace entries {

extern constinit const Metric resolve = {.key = "resolve_ms",
                                         .name = "Resolve Time",
                                         .unit = "ms",
                                         .better = Better::lower,
                                         .rests_on = rests_on::nothing,
                                         .make = make<PerRequest<resolve_ms>>,
                                         .needs = Needs::opening};

extern constinit const Metric connect = {.key = "connect_ms",
                                         .name = "Connect Time",
                                         .unit = "ms",
                                         .better = Better::lower,
                                         .rests_on = rests_on::nothing,
                                         .make = make<PerRequest<connect_ms>>,
                                         .needs = Needs::opening};

extern constinit const Metric tls = {.key = "tls_ms",
                                     .name = "TLS Time",
                                     .unit = "ms",
                                     .better = Better::lower,
                                     .rests_on = rests_on::nothing,
                                     .make = make<PerRequest<tls_ms>>,
                                     .needs = Needs::opening};

}  // namespace entries

}  // namespace llmload::metrics
