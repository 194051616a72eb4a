#include "metrics/stage_fold.hpp"

#include <algorithm>
#include <cstdlib>

#include "metrics/percentile.hpp"

namespace llmload::metrics {
namespace {

constexpr std::size_t most_reasons = 256;  // distinct texts that are counted apart

void add_difference_ms(std::vector<double>& to, const Stamp& from, const Stamp& until) {
  if (from && until) to.push_back(static_cast<double>(*until - *from) / 1e6);
}

std::optional<Distribution> distribution_of(const std::vector<double>& samples) {
  return samples.empty() ? std::nullopt : std::optional(distribution(samples));
}

}  // namespace

FoldSettings fold_settings(const Plan& plan) {
  return {plan.tokenizer != nullptr, plan.count_bos,     plan.stream,
          plan.max_tokens,           plan.threshold_tps, plan.goodput};
}

StageFold::StageFold(FoldSettings settings, const Stage& stage, unsigned shards) : settings_(settings) {
  sums_.stage = stage;
  sums_.by_shard.resize(shards);
}

std::optional<std::uint64_t> StageFold::counted(std::optional<std::uint64_t> by_tokenizer,
                                                std::optional<std::uint64_t> by_server) const {
  if (!settings_.tokenizer) return by_server;
  if (!by_tokenizer) return std::nullopt;
  return *by_tokenizer + (settings_.count_bos ? 1 : 0);
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
  if (record.outcome == Outcome::ok)
    add_success(record);
  else
    add_failure(record);
}

void StageFold::add_success(const RequestRecord& record) {
  ++sums_.ok;
  const double seconds = static_cast<double>(*record.done - *record.dispatched) / 1e9;
  e2e_ms_.push_back(seconds * 1e3);
  last_done_ = std::max(last_done_, *record.done);
  add_difference_ms(resolve_ms_, record.dispatched, record.resolved);
  add_difference_ms(connect_ms_, record.resolved ? record.resolved : record.dispatched, record.tcp_connected);
  add_difference_ms(tls_ms_, record.tcp_connected, record.tls_done);

  if (const auto tokens = counted(record.prompt_tokens, record.usage_prompt_tokens))
    prompt_tokens_ += *tokens;
  else
    ++without_prompt_count_;
  if (record.usage_completion_tokens) {
    usage_output_tokens_ += *record.usage_completion_tokens;
    plain_output_tokens_ += record.output_tokens.value_or(0);
  } else {
    ++without_usage_;
  }
  const auto tokens = counted(record.output_tokens, record.usage_completion_tokens);
  if (!tokens) {
    ++without_output_count_;
    return;
  }
  output_tokens_ += *tokens;
  const double rate = seconds > 0 ? static_cast<double>(*tokens) / seconds : 0;
  request_rates_ += rate;
  if (rate < settings_.threshold_tps) ++below_threshold_;
  if (*tokens * 10 < std::uint64_t{settings_.max_tokens} * 9) ++sums_.short_outputs;
}

void StageFold::add_failure(const RequestRecord& record) {
  ++sums_.failed;
  if (record.http_status == 401 || record.http_status == 403 || record.http_status == 404) ++refused_;
  std::pair reason(record.outcome, record.error);
  const bool room = reasons_.size() < most_reasons || reasons_.contains(reason);
  if (room)
    ++reasons_[std::move(reason)];  // beyond it they are all different: those at hand are as good an example
}

Summary StageFold::summarize(bool interrupted) const {
  Summary s = sums_;
  s.planned = s.stage.requests != 0 && s.stage.duration.count() == 0 ? s.stage.requests : s.begun;
  s.not_started = s.planned - std::min(s.planned, s.begun);
  s.interrupted = interrupted;
  s.refused = refused_ == s.begun && s.begun > 0;
  s.time_source = time_source_.value_or(TimeSource::user);
  s.e2e_ms = distribution_of(e2e_ms_);
  s.resolve_ms = distribution_of(resolve_ms_);
  s.connect_ms = distribution_of(connect_ms_);
  s.tls_ms = distribution_of(tls_ms_);
  s.p99_supported = s.ok >= samples_for_p99;
  if (s.ok > 0) {
    s.wall_seconds = static_cast<double>(last_done_) / 1e9;
    s.requests_per_second = static_cast<double>(s.ok) / s.wall_seconds;
    if (without_prompt_count_ == 0) {
      s.input_tokens_per_second = static_cast<double>(prompt_tokens_) / s.wall_seconds;
    }
    if (without_output_count_ == 0) {
      s.output_tokens = output_tokens_;
      s.output_tokens_per_second = static_cast<double>(output_tokens_) / s.wall_seconds;
      s.mean_output_tokens_per_second_per_request = request_rates_ / static_cast<double>(s.ok);
      s.below_threshold = below_threshold_;
    }
    if (without_usage_ == 0) s.usage_output_tokens = usage_output_tokens_;
  }
  if (s.failed > 0) {
    const auto most = std::max_element(s.by_outcome.begin() + 1, s.by_outcome.end());  // 0 is ok
    s.commonest_outcome = static_cast<Outcome>(most - s.by_outcome.begin());
    s.commonest_count = *most;
    std::uint64_t of_reason = 0;
    for (const auto& [reason, count] : reasons_) {
      if (reason.first != s.commonest_outcome || count <= of_reason) continue;
      of_reason = count;
      s.commonest_reason = reason.second;
    }
  }
  add_notes(s);
  return s;
}

void StageFold::add_notes(Summary& s) const {
  if (s.ok == 0) return;
  if (without_output_count_ > 0) {
    s.notes.push_back(
        std::to_string(without_output_count_) +
        " answers have no known number of output tokens: no usage, and no tokenizer that counted");
  }
  const std::uint64_t with_usage = s.ok - without_usage_;
  if (settings_.tokenizer && with_usage > 0 && plain_output_tokens_ != usage_output_tokens_) {
    const bool more = plain_output_tokens_ > usage_output_tokens_;
    const auto difference =
        more ? plain_output_tokens_ - usage_output_tokens_ : usage_output_tokens_ - plain_output_tokens_;
    s.notes.push_back("the tokenizer counts " + std::to_string(plain_output_tokens_) +
                      " output tokens, the server " + std::to_string(usage_output_tokens_) + ": " +
                      std::to_string(difference) + (more ? " fewer" : " more") + " over " +
                      std::to_string(with_usage) + " answers");
  }
  if (s.short_outputs > 0) {
    s.notes.push_back(std::to_string(s.short_outputs) + " of " + std::to_string(s.ok) +
                      " outputs are shorter than 90 % of MAX_NEW_TOKEN (" +
                      std::to_string(settings_.max_tokens) + "): rates of shorter outputs do not compare");
  }
  if (s.time_source != TimeSource::kernel) {
    s.notes.push_back("arrivals are timed by " +
                      std::string(s.time_source == TimeSource::user
                                      ? "our own reads"
                                      : "the kernel and in part by our own reads") +
                      ", not by the kernel: they include the time that a busy client takes");
  }
}

}  // namespace llmload::metrics
