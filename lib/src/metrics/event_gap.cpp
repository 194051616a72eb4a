#include "llmload/metrics.hpp"
#include "metrics/arrivals.hpp"

namespace llmload::metrics {

std::vector<double> event_gap_ms(const RequestRecord& record) {
  std::vector<double> samples;
  for_each_gap(record.events, [&samples](std::int64_t ns, std::uint64_t /*tokens*/) {
    samples.push_back(static_cast<double>(ns) / 1e6);
  });
  return samples;
}

}  // namespace llmload::metrics
