#include "metrics/stage_fold.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>

#include "metrics/record_facts.hpp"
#include "metrics/verdict/notes.hpp"
#include "metrics/verdict/verdict.hpp"

namespace llmload::metrics {
namespace {

using std::chrono::nanoseconds;

constexpr std::uint64_t Summary::*growing_counts[] = {&Summary::begun,          &Summary::ok,
                                                      &Summary::outside_window, &Summary::outside_failed,
                                                      &Summary::reconnects,     &Summary::stale_answers,
                                                      &Summary::attempts,       &Summary::retried,
                                                      &Summary::cold_requests,  &Summary::text_dropped};

template <class Counts>
void add_each(Counts& to, const Counts& other) {
  for (std::size_t i = 0; i < other.size(); ++i) to[i] += other[i];
}

}  // namespace

StageFold::StageFold(SummarySettings settings, const Stage& stage, unsigned shards)
    : settings_(std::move(settings)), by_endpoint_("endpoint", sums_.stage, settings_) {
  sums_.stage = stage;
  if (settings_.models.size() > 1) by_model_.emplace("model", sums_.stage, settings_, settings_.models);
  if (settings_.conversations) by_turn_.emplace("turn", sums_.stage, settings_);
  sums_.by_shard.resize(shards);
  if (const auto window = measured_window(stage, settings_.conversations)) window_.emplace(*window);
}

void StageFold::add(const RequestRecord& record) {
  ++sums_.by_shard[record.shard];
  const bool ok = record.outcome == Outcome::ok;
  rate_limits_.add(record);
  billed_ += billed_tokens(record);
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
  first_start_ = std::min(first_start_, start(record).value_or(nanoseconds(0)));
  dispatch_lag_.add_ms(dispatch_lag_ms(record, settings_.own_connections));
  if (record.first_byte) {
    note_time_source(record.time_source);
    read_timed_.part += record.time_source == TimeSource::kernel ? 0 : 1;
    ++read_timed_.whole;
  }
  if (settings_.goodput && is_good(record, *settings_.goodput, settings_.tokens_from)) ++good_;
  add_to_groups(record);
  if (record.outcome != Outcome::ok) return add_failure(record);
  add_success(record);
}

void StageFold::add_to_groups(const RequestRecord& record) {
  const Sample sample{record, earliest_.of(record), settings_};
  by_endpoint_.add(record.endpoint, sample);
  if (by_model_) by_model_->add(record.model, sample);
  if (!by_turn_) return;
  by_turn_->add(record.turn, sample);
  if (record.turn == record.first_turn) {
    ++talks_.begun;
    talks_.turns += record.turns - record.first_turn;
  }
  if (record.outcome == Outcome::ok && record.turn + 1 == record.turns) ++talks_.done;
}

void StageFold::note_time_source(TimeSource source) {
  time_source_ = time_source_.value_or(source) == source ? source : TimeSource::mixed;
}

void StageFold::add_failure(const RequestRecord& record) {
  failures_.add(record);
  if (record.ended) last_failed_ = std::max(last_failed_.value_or(*record.ended), *record.ended);
}

void StageFold::add_finish_reason(const std::string& reason, std::uint64_t times) {
  constexpr std::size_t most_told_apart = 64;
  if (reason.empty()) return;
  auto& counts = sums_.finish_reasons;
  if (const auto known = counts.find(reason); known != counts.end())
    known->second += times;
  else
    counts[counts.size() < most_told_apart ? reason : "(others)"] += times;
}

void StageFold::add_success(const RequestRecord& record) {
  ++sums_.ok;
  if (record.text_dropped) ++sums_.text_dropped;
  last_done_ = std::max(last_done_, *record.done);
  tokens_.add(record, settings_);
  streams_.add(record);
}

void StageFold::merge(const StageFold& other) {
  const Summary& sums = other.sums_;
  for (const auto count : growing_counts) sums_.*count += sums.*count;
  add_each(sums_.by_outcome, sums.by_outcome);
  add_each(sums_.by_shard, sums.by_shard);
  for (const auto& [reason, times] : sums.finish_reasons) add_finish_reason(reason, times);
  by_endpoint_.merge(other.by_endpoint_);
  if (by_model_) by_model_->merge(*other.by_model_);
  if (by_turn_) by_turn_->merge(*other.by_turn_);
  talks_.begun += other.talks_.begun;
  talks_.done += other.talks_.done;
  talks_.turns += other.talks_.turns;
  rate_limits_.merge(other.rate_limits_);
  dispatch_lag_.merge(other.dispatch_lag_);
  if (window_) window_->merge(*other.window_);
  tokens_.merge(other.tokens_);
  streams_.merge(other.streams_);
  failures_.merge(other.failures_);
  first_start_ = std::min(first_start_, other.first_start_);
  last_done_ = std::max(last_done_, other.last_done_);
  last_failed_ = std::max(last_failed_, other.last_failed_);
  good_ += other.good_;
  billed_ += other.billed_;
  if (other.time_source_) note_time_source(*other.time_source_);
  read_timed_.merge(other.read_timed_);
}

Summary StageFold::summarize(const StageEnd& end) const {
  Summary s = sums_;
  s.planned = end.planned.value_or(s.begun + end.dropped);
  s.dropped = end.dropped;
  s.not_started = s.planned - std::min(s.planned, s.begun + s.dropped);
  s.started_at = end.started_at;
  s.started_at_utc = end.started_at_utc;
  s.simulated = settings_.simulated;
  s.cache = settings_.cache;
  s.interrupted = end.interrupted;
  s.too_many_errors = end.too_many_errors;
  if (s.too_many_errors) s.max_error_rate = settings_.max_error_rate;
  s.budget_spent = end.budget_spent;
  if (settings_.price) s.cost = cost_of(billed_, *settings_.price);
  s.rate_limits = rate_limits_.points();
  s.stopped_at = end.stopped_at;
  s.schedule_hash = end.schedule_hash;
  s.time_source = time_source_;
  s.read_timed_share = read_timed_.value().value_or(0);
  s.values = by_endpoint_.values();
  if (by_endpoint_.size() > 1) s.groups = by_endpoint_.groups();
  for (const auto* fold : {&by_model_, &by_turn_}) {
    if (*fold) std::ranges::move((*fold)->groups(), std::back_inserter(s.groups));
  }
  s.conversations = conversations();
  s.p99_supported = s.ok >= samples_for_p99;
  s.p999_supported = s.ok >= samples_for_p999;
  if (s.ok > 0) fill_rates(s);
  if (window_) window_->fill(s, settings_, end.stopped_at);
  if (settings_.goodput && s.begun + s.dropped > 0)
    s.good_share = static_cast<double>(good_) / static_cast<double>(s.begun + s.dropped);
  failures_.fill(s);
  s.own_error = own_error(end, dispatch_lag_);
  s.server = end.server;
  add_notes(s, settings_, tokens_, streams_);
  judge(s, settings_);
  judge_accounts(s, end);
  return s;
}

std::optional<ConversationCounts> StageFold::conversations() const {
  if (!by_turn_) return std::nullopt;
  ConversationCounts counts = talks_;
  counts.broken_off = counts.begun - std::min(counts.begun, counts.done);
  const OpenLoop* const loop = sums_.stage.open_loop();
  if (loop != nullptr && loop->rate && counts.begun > 0) {
    counts.planned_requests_per_second =
        *loop->rate * static_cast<double>(counts.turns) / static_cast<double>(counts.begun);
  }
  return counts;
}

/// Where a request succeeded.
void StageFold::fill_rates(Summary& s) const {
  const Stage& stage = s.stage;
  const bool warm_up = stage.warmup_requests != 0 || stage.warmup.count() != 0;
  const nanoseconds from = warm_up ? first_start_ : nanoseconds(0);
  const double wall = in_seconds(last_done_ - from);
  s.wall_seconds = wall;
  s.requests_per_second = static_cast<double>(s.ok) / wall;
  tokens_.fill(s, settings_);
  if (settings_.goodput) s.goodput = static_cast<double>(good_) / wall;
  if (!window_)
    s.tail_seconds = in_seconds(std::max(last_failed_.value_or(last_done_), last_done_) - last_done_);
}

}  // namespace llmload::metrics
