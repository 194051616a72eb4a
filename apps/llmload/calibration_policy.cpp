#include "calibration_policy.hpp"

#include <algorithm>
#include <memory>

namespace llmload::cli {
namespace {

constexpr double most_error = 1;  // ms, p99

void add_reason(std::vector<std::string>& to, const char* what, const std::optional<ErrorSpread>& error) {
  if (!error || error->p99 <= most_error) return;
  to.push_back(std::string(what) + " are off by " + in_ms(error->p99) + " ms at p99, more than " +
               in_ms(most_error) + " ms");
}

constexpr std::chrono::seconds shape_lasts{4};
constexpr unsigned open_loop_tokens = 64;

/// A part of a schedule.
class Excerpt : public Pacer {
 public:
  Excerpt(std::shared_ptr<const Pacer> pacer, std::uint64_t first)
      : pacer_(std::move(pacer)), first_(first), from_(*pacer_->due(first)) {}
  [[nodiscard]] std::optional<std::chrono::nanoseconds> due(std::uint64_t index) const override {
    const auto due = pacer_->due(first_ + index);
    return due ? std::optional(*due - from_) : std::nullopt;
  }

 private:
  std::shared_ptr<const Pacer> pacer_;
  std::uint64_t first_;
  std::chrono::nanoseconds from_;
};

/// The request from which on the most are due within shape_lasts.
std::uint64_t busiest_part(const Stage& stage) {
  constexpr std::uint64_t most_looked_at = 1'000'000;
  const auto ends = stage.warmup + stage.duration + stage.cooldown;
  std::uint64_t best = 0, most = 0, first = 0;
  for (std::uint64_t i = 0; i < most_looked_at; ++i) {
    const auto due = stage.pacer->due(i);
    if (!due || (stage.duration.count() != 0 && *due >= ends)) break;
    if (stage.requests != 0 && i >= stage.warmup_requests + stage.requests) break;
    while (*due - *stage.pacer->due(first) >= shape_lasts) ++first;
    if (i - first + 1 <= most) continue;
    most = i - first + 1;
    best = first;
  }
  return best;
}

}  // namespace

std::string in_ms(double ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", ms);
  return text;
}

std::string CalibratedStage::void_reason() const {
  if (errors.compared == errors.missing) return "no answer could be compared";
  const auto& late = errors.endpoint_lateness;
  if (!late || late->p99 <= most_endpoint_lateness) return "";
  return "the simulated endpoint itself was late by " + in_ms(late->p99) + " ms at p99, more than " +
         in_ms(most_endpoint_lateness) + " ms";
}

std::vector<std::string> CalibratedStage::reasons() const {
  std::vector<std::string> all;
  for (const InvalidReason& reason : summary.invalid_reasons) all.push_back(reason.text);
  if (errors.missing > 0) {
    all.push_back(std::to_string(errors.missing) + " of " + std::to_string(errors.compared) +
                  " answers are not known to the endpoint");
  }
  if (summary.failed > 0) all.push_back(std::to_string(summary.failed) + " requests failed");
  add_reason(all, "first tokens", errors.first_token);
  add_reason(all, "event gaps", errors.event_gap);
  add_reason(all, "ends of answers", errors.e2e);
  add_reason(all, "sent times", errors.sent);
  return all;
}

unsigned calibration_tokens(unsigned streams) { return std::clamp(streams / 4, 16U, 256U); }

bool is_light(const Stage& stage) {
  constexpr unsigned many = 100;  // streams, or requests a second
  return stage.pacer ? stage.rate < many : stage.concurrency < many;
}

Plan shape_of(const Plan& plan, const Stage& stage) {
  Plan shape = plan;
  shape.stages = {stage};
  Stage& only = shape.stages.front();
  only.requests = only.warmup_requests = 0;
  only.warmup = only.cooldown = std::chrono::nanoseconds{0};
  only.duration = shape_lasts;
  if (only.pacer) only.pacer = std::make_shared<Excerpt>(stage.pacer, busiest_part(stage));
  const unsigned tokens = only.pacer ? open_loop_tokens : calibration_tokens(only.concurrency);
  shape.max_tokens = std::min(plan.max_tokens.most(), tokens);
  return shape;
}

}  // namespace llmload::cli
