#include "metrics/window.hpp"

#include <algorithm>

#include "metrics/record_facts.hpp"
#include "metrics/token_counts.hpp"

namespace llmload::metrics {

std::optional<Window> measured_window(const Stage& stage, bool of_conversations) {
  const bool around = of_conversations || stage.warmup.count() != 0 || stage.cooldown.count() != 0;
  const bool counted = stage.requests || stage.warmup_requests != 0;
  if (!around || !stage.duration || counted) return std::nullopt;
  return Window{stage.warmup, stage.warmup + *stage.duration};
}

double WindowRates::share_inside(const RequestRecord& record) const {
  std::uint64_t inside = 0, all = 0;
  for (const TokenEvent& event : record.events) {
    const std::uint64_t weight = record.output_tokens ? event.tokens : 1;
    all += weight;
    if (window_.has(event.at)) inside += weight;
  }
  if (window_.until <= window_.from) return 0;
  if (record.text_dropped && record.first_token && record.last_token > record.first_token) {
    // As if its tokens had come evenly.
    const auto from = std::clamp(*record.first_token, window_.from, window_.until),
               until = std::clamp(*record.last_token, window_.from, window_.until);
    return ratio(until - from, *record.last_token - *record.first_token);
  }
  if (all == 0) return window_.has(*record.done) ? 1 : 0;
  return static_cast<double>(inside) / static_cast<double>(all);
}

void WindowRates::add(const RequestRecord& record, const SummarySettings& settings) {
  const double share = share_inside(record);
  const auto output = counted_output(record, settings), prompt = counted_prompt(record, settings);
  any_output_ = any_output_ || output;
  any_prompt_ = any_prompt_ || prompt;
  if (share > 0 && !output) output_is_known_ = false;
  output_ += static_cast<double>(output.value_or(0)) * share;
  if (!window_.has(*record.done)) return;
  ++ended_;
  if (settings.goodput && is_good(record, *settings.goodput, settings.tokens_from)) ++good_;
  if (!prompt) prompt_is_known_ = false;
  prompt_ += prompt.value_or(0);
}

void WindowRates::merge(const WindowRates& other) {
  cut(other.window_.until);
  ended_ += other.ended_;
  good_ += other.good_;
  prompt_ += other.prompt_;
  output_ += other.output_;
  any_output_ = any_output_ || other.any_output_;
  any_prompt_ = any_prompt_ || other.any_prompt_;
  output_is_known_ = output_is_known_ && other.output_is_known_;
  prompt_is_known_ = prompt_is_known_ && other.prompt_is_known_;
}

void WindowRates::fill(Summary& s, const SummarySettings& settings, Stamp stopped_at) const {
  s.wall_seconds = s.requests_per_second = s.output_tokens_per_second = s.input_tokens_per_second =
      s.goodput = std::nullopt;
  const std::chrono::nanoseconds until = std::min(window_.until, stopped_at.value_or(window_.until));
  if (until <= window_.from) return;
  const double wall = in_seconds(until - window_.from);
  s.wall_seconds = wall;
  s.requests_per_second = static_cast<double>(ended_) / wall;
  if (any_output_ && output_is_known_) s.output_tokens_per_second = output_ / wall;
  if (any_prompt_ && prompt_is_known_) s.input_tokens_per_second = static_cast<double>(prompt_) / wall;
  if (settings.goodput) s.goodput = static_cast<double>(good_) / wall;
}

}  // namespace llmload::metrics
