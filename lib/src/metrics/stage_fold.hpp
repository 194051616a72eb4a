#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "llmload/metrics.hpp"
#include "llmload/summary.hpp"
#include "metrics/failure_counts.hpp"
#include "metrics/histogram.hpp"
#include "metrics/rate_limit_series.hpp"
#include "metrics/samples.hpp"
#include "metrics/share.hpp"
#include "metrics/stage_end.hpp"
#include "metrics/stream_fold.hpp"
#include "metrics/token_counts.hpp"
#include "metrics/window.hpp"

namespace llmload::metrics {

/// Folds a stage's records into its Summary. Failed requests are counted by outcome and are in no latency,
/// token count or rate; goodput alone knows them, as misses.
/// Memory: 24 bytes a successful request, 72 where it was streamed, 24 more where it opened a connection of
/// its own; while summarize() runs, 8 more; of a million requests at most. Besides that, less than 5 MiB.
/// The same records in the same order give the same Summary, bit for bit.
class StageFold {
 public:
  StageFold(SummarySettings settings, const Stage& stage, unsigned shards);

  /// The stage was stopped `at` (ns since its start): nothing from then on is in a window's rates. Before any
  /// record is added that came later.
  void stop_at(std::int64_t at) {
    if (window_) window_->cut(at);
  }
  void add(const RequestRecord& record);
  /// The last successful response's end, ns since the stage's start.
  [[nodiscard]] std::int64_t last_done() const { return last_done_; }
  /// The stage's numbers, judged.
  [[nodiscard]] Summary summarize(const StageEnd& end) const;

 private:
  void add_measured(const RequestRecord& record);
  void add_finish_reason(const std::string& reason);
  void add_success(const RequestRecord& record);
  void add_failure(const RequestRecord& record);
  void fill_latencies(Summary& summary) const;
  void fill_rates(Summary& summary) const;

  const SummarySettings settings_;
  Summary sums_;  // the counts that only grow
  Samples e2e_, output_rate_, resolve_, connect_, tls_, service_e2e_, service_ttft_, retry_wait_;
  RateLimitSeries rate_limits_;
  Histogram queue_wait_, dispatch_lag_;
  std::optional<WindowRates> window_;
  TokenCounts tokens_;
  StreamFold stream_;
  FailureCounts failures_;
  std::int64_t first_start_ = std::numeric_limits<std::int64_t>::max(), last_done_ = 0;
  Stamp last_failed_;  // when it ended
  std::uint64_t good_ = 0;
  std::optional<TimeSource> time_source_;
  Share read_timed_;
};

}  // namespace llmload::metrics
