#include "metrics/stage_fold.hpp"

#include <algorithm>
#include <initializer_list>

#include "metrics/notes.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/verdict.hpp"

namespace llmload::metrics {

StageFold::StageFold(SummarySettings settings, const Stage& stage, unsigned shards) : settings_(settings) {
  sums_.stage = stage;
  sums_.by_shard.resize(shards);
  if (const auto window = measured_window(stage)) window_.emplace(*window);
}

void StageFold::add(const RequestRecord& record) {
  ++sums_.by_shard[record.shard];
  const bool ok = record.outcome == Outcome::ok;
  rate_limits_.add(record);
  if (window_ && ok) window_->add(record, settings_);
  if (record.measured) return add_measured(record);
  ++sums_.outside_window;
  if (!ok) ++sums_.outside_failed;
}

void StageFold::add_measured(const RequestRecord& record) {
  ++sums_.begun;
  ++sums_.by_outcome[static_cast<std::size_t>(record.outcome)];
  add_finish_reason(record.finish_reason);
  sums_.reconnects += record.reconnects;
  sums_.stale_answers += record.stale_answers;
  sums_.attempts += record.attempts;
  if (record.attempts > 1) ++sums_.retried;
  if (!record.connection_reused) ++sums_.cold_requests;
  first_start_ = std::min(first_start_, start(record).value_or(0));
  dispatch_lag_.add_ms(dispatch_lag_ms(record, settings_.own_connections));
  if (record.first_byte) {
    const bool same = !time_source_ || *time_source_ == record.time_source;
    time_source_ = same ? record.time_source : TimeSource::mixed;
    read_timed_.part += record.time_source == TimeSource::kernel ? 0 : 1;
    ++read_timed_.whole;
  }
  if (settings_.goodput && is_good(record, *settings_.goodput, settings_.tokens_from)) ++good_;
  if (record.outcome == Outcome::ok)
    add_success(record);
  else
    add_failure(record);
}

void StageFold::add_failure(const RequestRecord& record) {
  failures_.add(record);
  if (record.ended) last_failed_ = std::max(last_failed_.value_or(*record.ended), *record.ended);
}

void StageFold::add_finish_reason(const std::string& reason) {
  constexpr std::size_t most_told_apart = 64;
  if (reason.empty()) return;
  auto& counts = sums_.finish_reasons;
  if (const auto known = counts.find(reason); known != counts.end())
    ++known->second;
  else
    ++counts[counts.size() < most_told_apart ? reason : "(others)"];
}

void StageFold::add_success(const RequestRecord& record) {
  ++sums_.ok;
  last_done_ = std::max(last_done_, *record.done);
  e2e_.add(e2e_ms(record));
  service_e2e_.add(service_e2e_ms(record));
  service_ttft_.add(service_ttft_ms(record));
  retry_wait_.add(retry_wait_ms(record));
  const Stage& stage = sums_.stage;
  const bool capped = stage.concurrency != 0 && stage.when_full == WhenFull::queue;
  if (capped || settings_.quota) queue_wait_.add_ms(queue_wait_ms(record));
  output_rate_.add(request_output_rate(record, settings_.tokens_from));
  resolve_.add(resolve_ms(record));
  connect_.add(connect_ms(record));
  tls_.add(tls_ms(record));
  tokens_.add(record, settings_);
  stream_.add(record, settings_.tokens_from);
}

Summary StageFold::summarize(const StageEnd& end) const {
  Summary s = sums_;
  s.planned = end.planned.value_or(s.begun + end.dropped);
  s.dropped = end.dropped;
  s.not_started = s.planned - std::min(s.planned, s.begun + s.dropped);
  s.started_at = end.started_at;
  s.started_at_utc = end.started_at_utc;
  s.simulated = settings_.simulated;
  s.interrupted = end.interrupted;
  s.too_many_errors = end.too_many_errors;
  if (s.too_many_errors) s.max_error_rate = settings_.max_error_rate;
  s.rate_limits = rate_limits_.points();
  s.stopped_at = end.stopped_at;
  s.schedule_hash = end.schedule_hash;
  s.time_source = time_source_;
  s.read_timed_share = read_timed_.value().value_or(0);
  fill_latencies(s);
  if (s.ok > 0) fill_rates(s);
  if (window_) window_->fill(s, settings_, end.stopped_at);
  if (settings_.goodput && s.begun + s.dropped > 0)
    s.good_share = static_cast<double>(good_) / static_cast<double>(s.begun + s.dropped);
  failures_.fill(s);
  s.own_error = own_error(end, dispatch_lag_);
  add_notes(s, settings_, tokens_, stream_);
  judge(s, settings_);
  judge_accounts(s, end);
  return s;
}

void StageFold::fill_latencies(Summary& s) const {
  s.e2e_ms = e2e_.distribution();
  s.service_e2e_ms = service_e2e_.distribution();
  s.queue_wait_ms = queue_wait_.distribution_ms();
  s.retry_wait_ms = retry_wait_.distribution();
  s.request_output_rate = output_rate_.distribution();
  s.resolve_ms = resolve_.distribution();
  s.connect_ms = connect_.distribution();
  s.tls_ms = tls_.distribution();
  s.p99_supported = s.ok >= samples_for_p99;
  s.p999_supported = s.ok >= samples_for_p999;
  stream_.fill(s);
  s.service_ttft_ms = service_ttft_.distribution();
  const OwnErrorP99 own = s.stage.own_error.value_or(OwnErrorP99{});
  const auto note = [](std::initializer_list<std::optional<Distribution>*> metrics, const auto& error) {
    for (auto* metric : metrics) {
      if (*metric) (*metric)->own_error_p99 = error;
    }
  };
  note({&s.e2e_ms}, own.e2e_ms);
  note({&s.service_e2e_ms}, own.service_e2e_ms);
  note({&s.ttft_ms, &s.ttfo_ms}, own.ttft_ms);
  note({&s.service_ttft_ms}, own.service_ttft_ms);
  note({&s.tpot_ms}, own.tpot_ms);
  note({&s.itl_ms, &s.event_gap_ms}, own.event_gap_ms);
}

/// Where a request succeeded.
void StageFold::fill_rates(Summary& s) const {
  const Stage& stage = s.stage;
  const bool warm_up = stage.warmup_requests != 0 || stage.warmup.count() != 0;
  const std::int64_t from = warm_up ? first_start_ : 0;
  const double wall = static_cast<double>(last_done_ - from) / 1e9;
  s.wall_seconds = wall;
  s.requests_per_second = static_cast<double>(s.ok) / wall;
  tokens_.fill(s, settings_);
  if (settings_.goodput) s.goodput = static_cast<double>(good_) / wall;
  if (!window_)
    s.tail_seconds = static_cast<double>(std::max(last_failed_.value_or(0), last_done_) - last_done_) / 1e9;
}

}  // namespace llmload::metrics
