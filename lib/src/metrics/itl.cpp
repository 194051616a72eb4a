#include "metrics/itl.hpp"

#include "llmload/metrics.hpp"

namespace llmload::metrics {

std::vector<double> itl_ms(const RequestRecord& record) {
  std::vector<double> samples;
  for_each_itl(record, [&samples](std::int64_t ns, std::uint64_t times) {
    samples.insert(samples.end(), times, static_cast<double>(ns) / 1e6);
  });
  return samples;
}

}  // namespace llmload::metrics
