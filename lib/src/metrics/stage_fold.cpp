#include "metrics/stage_fold.hpp"

#include <algorithm>

#include "metrics/e2e.hpp"
#include "metrics/goodput.hpp"
#include "metrics/notes.hpp"
#include "metrics/request_output_rate.hpp"

namespace llmload::metrics {

FoldSettings fold_settings(const Plan& plan) {
  return {plan.tokenizer != nullptr, plan.count_bos,     plan.stream,
          plan.max_tokens,           plan.threshold_tps, plan.goodput};
}

StageFold::StageFold(FoldSettings settings, const Stage& stage, unsigned shards) : settings_(settings) {
  sums_.stage = stage;
  sums_.by_shard.resize(shards);
}

void StageFold::add(const RequestRecord& record) {
  ++sums_.begun;
  ++sums_.by_outcome[static_cast<std::size_t>(record.outcome)];
  ++sums_.by_shard[record.shard];
  sums_.reconnects += record.reconnects;
  if (record.first_byte) {
    const bool same = !time_source_ || *time_source_ == record.time_source;
    time_source_ = same ? record.time_source : TimeSource::mixed;
  }
  if (settings_.goodput && is_good(record, *settings_.goodput)) ++good_;
  if (record.outcome == Outcome::ok)
    add_success(record);
  else
    failures_.add(record);
}

void StageFold::add_success(const RequestRecord& record) {
  ++sums_.ok;
  last_done_ = std::max(last_done_, *record.done);
  e2e_.add(e2e_ms(record));
  output_rate_.add(request_output_rate(record));
  resolve_.add(milliseconds(record.dispatched, record.resolved));
  connect_.add(milliseconds(record.resolved ? record.resolved : record.dispatched, record.tcp_connected));
  tls_.add(milliseconds(record.tcp_connected, record.tls_done));
  tokens_.add(record, settings_);
  stream_.add(record);
}

Summary StageFold::summarize(bool interrupted) const {
  Summary s = sums_;
  s.planned = s.stage.requests != 0 && s.stage.duration.count() == 0 ? s.stage.requests : s.begun;
  s.not_started = s.planned - std::min(s.planned, s.begun);
  s.interrupted = interrupted;
  s.time_source = time_source_.value_or(TimeSource::user);
  s.e2e_ms = e2e_.distribution();
  s.request_output_rate = output_rate_.distribution();
  s.resolve_ms = resolve_.distribution();
  s.connect_ms = connect_.distribution();
  s.tls_ms = tls_.distribution();
  s.p99_supported = s.ok >= samples_for_p99;
  s.p999_supported = s.ok >= samples_for_p999;
  if (s.ok > 0) {
    s.wall_seconds = static_cast<double>(last_done_) / 1e9;
    s.requests_per_second = static_cast<double>(s.ok) / s.wall_seconds;
    tokens_.fill(s, settings_);
  }
  stream_.fill(s);
  failures_.fill(s);
  fill_goodput(s);
  add_notes(s, settings_, tokens_, stream_);
  return s;
}

void StageFold::fill_goodput(Summary& s) const {
  if (!settings_.goodput || s.begun == 0) return;
  s.good_share = static_cast<double>(good_) / static_cast<double>(s.begun);
  if (s.ok > 0) s.goodput = static_cast<double>(good_) / s.wall_seconds;
}

}  // namespace llmload::metrics
