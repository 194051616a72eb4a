#pragma once

#include <memory>
#include <optional>
#include <type_traits>

#include "metrics/stores/accumulator.hpp"
#include "metrics/stores/histogram.hpp"
#include "metrics/stores/samples.hpp"
#include "metrics/stores/share.hpp"
#include "metrics/uncertainty.hpp"

// The folds that most metrics have. `take`: a function of metrics.hpp, or one like it; what it gives for a
// record is the request's sample. It is known when this is compiled, for it is called once a record.

namespace llmload::metrics {

/// `take` may look at whose tokens count, too.
template <auto take>
std::optional<double> sample_of(const RequestRecord& record, const SummarySettings& settings) {
  if constexpr (std::is_invocable_v<decltype(take), const RequestRecord&>)
    return take(record);
  else
    return take(record, settings.tokens_from);
}

/// One sample a request, raw (Samples).
template <auto take>
class PerRequest final : public Accumulator {
 public:
  void add(const Sample& s) override { samples_.add(sample_of<take>(s.record, s.settings)); }
  void merge(const Accumulator& other) override {
    samples_.merge(static_cast<const PerRequest&>(other).samples_);
  }
  [[nodiscard]] MetricValue value() const override { return samples_.distribution(); }

 private:
  Samples samples_;
};

/// Likewise, of milliseconds that need no raw samples.
template <auto take>
class PerRequestInHistogram final : public Accumulator {
 public:
  void add(const Sample& s) override { times_.add_ms(take(s.record)); }
  void merge(const Accumulator& other) override {
    times_.merge(static_cast<const PerRequestInHistogram&>(other).times_);
  }
  [[nodiscard]] MetricValue value() const override { return times_.distribution_ms(); }

 private:
  Histogram times_;
};

/// One sample a request, raw, and once more from the earliest times at which its events can have arrived: how
/// far the percentiles are apart is the uncertainty. Where every arrival is known it is 0.
template <auto take>
class PerArrivals final : public Accumulator {
 public:
  void add(const Sample& s) override {
    const auto at_stamps = sample_of<take>(s.record, s.settings);
    const bool bounded = !s.record.bounds.empty();
    at_stamps_.add(at_stamps);
    at_earliest_.add(bounded ? sample_of<take>(s.earliest, s.settings) : at_stamps);
    any_bound_ = any_bound_ || bounded;
  }
  void merge(const Accumulator& other) override {
    const auto& its = static_cast<const PerArrivals&>(other);
    at_stamps_.merge(its.at_stamps_);
    at_earliest_.merge(its.at_earliest_);
    any_bound_ = any_bound_ || its.any_bound_;
  }
  [[nodiscard]] MetricValue value() const override {
    auto distribution = at_stamps_.distribution();
    note_uncertainty(distribution, any_bound_ ? at_earliest_.distribution() : distribution);
    return distribution;
  }

 private:
  Samples at_stamps_, at_earliest_;
  bool any_bound_ = false;
};

/// A share over all requests. `count`: adds a record's part and whole, and may look at whose tokens count.
template <auto count>
class SharePerStage final : public Accumulator {
 public:
  void add(const Sample& s) override {
    if constexpr (std::is_invocable_v<decltype(count), const RequestRecord&, Share&>)
      count(s.record, share_);
    else
      count(s.record, s.settings.tokens_from, share_);
  }
  void merge(const Accumulator& other) override {
    share_.merge(static_cast<const SharePerStage&>(other).share_);
  }
  [[nodiscard]] MetricValue value() const override { return share_.value(); }

 private:
  Share share_;
};

/// For Metric::make: `make<PerRequest<e2e_ms>>`.
template <class Kind>
std::unique_ptr<Accumulator> make() {
  return std::make_unique<Kind>();
}

}  // namespace llmload::metrics
