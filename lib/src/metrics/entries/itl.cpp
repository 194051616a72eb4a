#include "metrics/entries/itl.hpp"

#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {
namespace {

class EachToken final : public Accumulator {
 public:
  void add(const Sample& s) override {
    for_each_itl(s.record,
                 [this](std::chrono::nanoseconds time, std::uint64_t times) { times_.add(time, times); });
  }
  void merge(const Accumulator& other) override { times_.merge(static_cast<const EachToken&>(other).times_); }
  [[nodiscard]] MetricValue value() const override { return times_.distribution_ms(); }

 private:
  Histogram times_;
};

}  // namespace

std::vector<double> itl_ms(const RequestRecord& record) {
  std::vector<double> samples;
  for_each_itl(record, [&samples](std::chrono::nanoseconds time, std::uint64_t times) {
    samples.insert(samples.end(), times, in_ms(time));
  });
  return samples;
}

namespace entries {

extern constinit const Metric itl = {.key = "itl_ms",
                                     .name = "ITL",
                                     .unit = "ms",
                                     .better = Better::lower,
                                     .rests_on = rests_on::arrivals | rests_on::text,
                                     .make = make<EachToken>,
                                     .own_error = &OwnErrorP99::event_gap_ms,
                                     .needs = Needs::tokens};

}  // namespace entries

}  // namespace llmload::metrics
