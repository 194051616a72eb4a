#include "llmload/metrics.hpp"
#include "metrics/record_facts.hpp"

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

}  // namespace llmload::metrics
