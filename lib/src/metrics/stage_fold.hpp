#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "llmload/metrics.hpp"
#include "llmload/summary.hpp"
#include "metrics/earliest.hpp"
#include "metrics/failure_counts.hpp"
#include "metrics/grouped_fold.hpp"
#include "metrics/rate_limit_series.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stage_end.hpp"
#include "metrics/stores/histogram.hpp"
#include "metrics/stores/share.hpp"
#include "metrics/stream_counts.hpp"
#include "metrics/token_counts.hpp"
#include "metrics/window.hpp"

namespace llmload::metrics {

/// Folds a stage's records into its Summary. Failed requests are counted by outcome and are in no latency,
/// token count or rate; goodput alone knows them, as misses.
/// Memory: 24 bytes a successful request, 72 where it was streamed, 24 more where it opened a connection of
/// its own, 8 more where the server says how much of its prompt was cached; as much again where they are of
/// several models, and where they are turns of conversations; while summarize() runs, 8 more, and as much
/// again where they went to several endpoints; of a million requests at most. Besides that, less than 5 MiB,
/// and 2 MiB more for each further endpoint, model and turn. The
/// same records in the same order give the same Summary, bit for bit.
class StageFold {
 public:
  StageFold(SummarySettings settings, const Stage& stage, unsigned shards);
  StageFold(const StageFold&) = delete;
  StageFold& operator=(const StageFold&) = delete;

  /// The stage was stopped `at`, since its start: nothing from then on is in a window's rates. Before any
  /// record is added that came later.
  void stop_at(std::chrono::nanoseconds at) {
    if (window_) window_->cut(at);
  }
  void add(const RequestRecord& record);
  /// As if all records of `other` had been added here; it is of the same settings, stage and shards. The
  /// numbers are those of one fold of them all, whatever the order; but means and rates of tokens may differ
  /// in their last digits (1e-12 of them), and of more than 64 finish reasons, or 256 texts of errors, others
  /// may be told apart.
  void merge(const StageFold& other);
  /// Its rates are those of a window whose times are known.
  [[nodiscard]] bool has_window() const { return window_.has_value(); }
  /// The last successful response's end, since the stage's start.
  [[nodiscard]] std::chrono::nanoseconds last_done() const { return last_done_; }
  /// The numbers so far, judged. More may be added behind it.
  [[nodiscard]] Summary summarize(const StageEnd& end) const;

 private:
  void add_measured(const RequestRecord& record);
  void add_finish_reason(const std::string& reason, std::uint64_t times = 1);
  void note_time_source(TimeSource source);
  void add_to_groups(const RequestRecord& record);
  void add_success(const RequestRecord& record);
  void add_failure(const RequestRecord& record);
  [[nodiscard]] std::optional<ConversationCounts> conversations() const;
  void fill_rates(Summary& summary) const;

  const SummarySettings settings_;
  Summary sums_;  // the counts that only grow
  GroupedFold by_endpoint_;
  std::optional<GroupedFold> by_model_;  // where there are several
  std::optional<GroupedFold> by_turn_;   // where there are conversations
  ConversationCounts talks_;
  Earliest earliest_;
  RateLimitSeries rate_limits_;
  Histogram dispatch_lag_;
  std::optional<WindowRates> window_;
  TokenCounts tokens_;
  StreamCounts streams_;
  FailureCounts failures_;
  std::chrono::nanoseconds first_start_ = std::chrono::nanoseconds::max(), last_done_{0};
  Stamp last_failed_;  // when it ended
  std::uint64_t good_ = 0;
  BilledTokens billed_;
  std::optional<TimeSource> time_source_;
  Share read_timed_;
};

}  // namespace llmload::metrics
