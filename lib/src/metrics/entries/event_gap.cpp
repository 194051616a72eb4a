#include <span>

#include "llmload/metrics.hpp"
#include "metrics/arrivals.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {
namespace {

/// By the million: gaps of answers without a bound, which are most, are kept once for stamps and earliest
/// times.
class EachGap final : public Accumulator {
 public:
  void add(const Sample& s) override {
    if (s.record.bounds.empty()) return add_gaps(s.record, sure_);
    add_gaps(s.record, at_stamps_);
    add_gaps(s.earliest, at_earliest_);
    any_bound_ = true;
  }
  void merge(const Accumulator& other) override {
    const auto& its = static_cast<const EachGap&>(other);
    sure_.merge(its.sure_);
    at_stamps_.merge(its.at_stamps_);
    at_earliest_.merge(its.at_earliest_);
    any_bound_ = any_bound_ || its.any_bound_;
  }
  [[nodiscard]] MetricValue value() const override {
    auto gaps = sure_and(at_stamps_);
    note_uncertainty(gaps, any_bound_ ? sure_and(at_earliest_) : gaps);
    return gaps;
  }

 private:
  static void add_gaps(const RequestRecord& record, Histogram& to) {
    for_each_gap(record.events, [&to](std::chrono::nanoseconds gap, std::span<const TokenEvent> /*events*/) {
      to.add(gap);
    });
  }
  [[nodiscard]] std::optional<Distribution> sure_and(const Histogram& others) const {
    Histogram all = sure_;
    all.merge(others);
    return all.distribution_ms();
  }

  Histogram sure_, at_stamps_, at_earliest_;
  bool any_bound_ = false;
};

}  // namespace

std::vector<double> event_gap_ms(const RequestRecord& record) {
  std::vector<double> samples;
  for_each_gap(record.events,
               [&samples](std::chrono::nanoseconds gap, std::span<const TokenEvent> /*events*/) {
                 samples.push_back(in_ms(gap));
               });
  return samples;
}

namespace entries {

extern constinit const Metric event_gap = {.key = "event_gap_ms",
                                           .name = "Event Gap",
                                           .unit = "ms",
                                           .better = Better::lower,
                                           .rests_on = rests_on::arrivals | rests_on::text,
                                           .make = make<EachGap>,
                                           .own_error = &OwnErrorP99::event_gap_ms,
                                           .needs = Needs::tokens};

}  // namespace entries

}  // namespace llmload::metrics
