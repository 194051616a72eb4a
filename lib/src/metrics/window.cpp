#include "metrics/window.hpp"

#include <algorithm>

#include "metrics/goodput.hpp"
#include "metrics/token_counts.hpp"

namespace llmload::metrics {

std::optional<Window> measured_window(const Stage& stage) {
  const bool around = stage.warmup.count() != 0 || stage.cooldown.count() != 0;
  const bool counted = stage.requests != 0 || stage.warmup_requests != 0;
  if (!around || stage.duration.count() == 0 || counted) return std::nullopt;
  return Window{stage.warmup.count(), (stage.warmup + stage.duration).count()};
}

double WindowRates::share_inside(const RequestRecord& record) const {
  std::uint64_t inside = 0, all = 0;
  for (const TokenEvent& event : record.events) {
    const std::uint64_t weight = record.output_tokens ? event.tokens : 1;
    all += weight;
    if (window_.has(event.at)) inside += weight;
  }
  if (all == 0) return window_.has(*record.done) ? 1 : 0;
  return static_cast<double>(inside) / static_cast<double>(all);
}

void WindowRates::add(const RequestRecord& record, const FoldSettings& settings) {
  if (const auto tokens = counted_output(record, settings))
    output_ += static_cast<double>(*tokens) * share_inside(record);
  if (!window_.has(*record.done)) return;
  ++ended_;
  if (settings.goodput && is_good(record, *settings.goodput, settings.tokens_from)) ++good_;
  prompt_ += counted_prompt(record, settings).value_or(0);
}

void WindowRates::fill(Summary& s, Stamp stopped_at) const {
  const std::int64_t until = std::min(window_.until, stopped_at.value_or(window_.until));
  if (until <= window_.from) return;
  s.wall_seconds = static_cast<double>(until - window_.from) / 1e9;
  s.requests_per_second = static_cast<double>(ended_) / s.wall_seconds;
  if (s.output_tokens_per_second) s.output_tokens_per_second = output_ / s.wall_seconds;
  if (s.input_tokens_per_second) s.input_tokens_per_second = static_cast<double>(prompt_) / s.wall_seconds;
  if (s.goodput) s.goodput = static_cast<double>(good_) / s.wall_seconds;
}

}  // namespace llmload::metrics
