#pragma once

#include <prometheus/client_metric.h>
#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <llmload/metrics.hpp>
#include <llmload/request_record.hpp>
#include <llmload/sink.hpp>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace llmload::cli {

/// A distribution that is served, of times in seconds.
struct LiveTime {
  std::string_view name;  ///< "llmload_ttft_seconds"
  std::string_view help;
  /// Calls `add` with each of a request's values, in ms.
  void (*of)(const RequestRecord& record, const metrics::SummarySettings& settings,
             const std::function<void(double)>& add);
  bool of_failed = false;  ///< also of requests that failed
};
inline constexpr std::size_t live_time_count = 9;

/// Upper bounds of the buckets, in seconds: those of Prometheus' native histograms of schema 1, which double
/// each two buckets, from 0.12 ms to 1,024 s.
const std::vector<double>& live_bounds();

/// A run's metrics as they are now. Fed as a Sink, on the run's threads, and collected on others.
class LiveMetrics : public Sink, public prometheus::Collectable {
 public:
  void on_start(const RunHeader& header) override;
  void on_stage_begin(const StageBegin& stage) override;
  void on_record(const RequestRecord& record) override;
  void on_stage(const Summary& summary) override;
  [[nodiscard]] bool reads_texts() const override { return false; }
  [[nodiscard]] std::string name() const override { return "the metrics port"; }

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  struct Times {
    std::vector<std::uint64_t> counts;  // by bucket, the last one beyond all bounds; empty: no value yet
    std::uint64_t count = 0;
    double sum = 0;  // in seconds
    void add(double seconds);
  };
  struct StageNumbers {
    std::vector<prometheus::ClientMetric::Label> labels;
    std::array<std::uint64_t, outcome_count> by_outcome{};
    std::uint64_t outside_window = 0, output_tokens = 0;
    std::array<Times, live_time_count> times;
    bool ended = false;
    Summary summary;  // once it has
  };

  void add_counts(std::vector<prometheus::MetricFamily>& to) const;
  void add_times(std::vector<prometheus::MetricFamily>& to) const;
  void add_ended(std::vector<prometheus::MetricFamily>& to) const;
  template <class Fill>
  void add_of_each(std::vector<prometheus::MetricFamily>& to, prometheus::MetricFamily family,
                   Fill fill) const;

  mutable std::mutex mutex_;
  std::vector<prometheus::ClientMetric::Label> run_;
  metrics::SummarySettings settings_;
  std::deque<StageNumbers> stages_;  // the last ones
};

}  // namespace llmload::cli
