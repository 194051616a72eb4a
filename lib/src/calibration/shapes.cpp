#include "calibration/shapes.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "llmload/calibration.hpp"

namespace llmload::calibration {
namespace {

constexpr std::chrono::seconds load_lasts{6}, shape_lasts{4};
constexpr unsigned open_loop_tokens = 64;

Plan plan_of(Stage stage, unsigned tokens) {
  stage.requests = 0;
  stage.duration = load_lasts;
  Plan plan;
  plan.source = std::make_shared<PromptList>(std::vector<std::string>{"What does a load test measure?"});
  plan.stream = true;
  plan.max_tokens = tokens;
  plan.stages = {std::move(stage)};
  return plan;
}

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

Plan streams_plan(unsigned streams) { return plan_of({.concurrency = streams}, tokens_for(streams)); }

Plan rate_plan(double rate) {
  Stage stage{.concurrency = 0};
  stage.pacer = make_poisson_pacer(rate, 1, {.duration = load_lasts});
  stage.arrival = "poisson";
  stage.rate = rate;
  return plan_of(std::move(stage), calibrated_rate_tokens);
}

Plan shape_of(const Plan& plan, const Stage& stage) {
  Plan shape = plan;
  shape.stages = {stage};
  shape.stage_source = nullptr;
  Stage& only = shape.stages.front();
  only.endpoints.clear();  // there is one
  only.requests = only.warmup_requests = 0;
  only.warmup = only.cooldown = std::chrono::nanoseconds{0};
  only.duration = shape_lasts;
  if (only.pacer) only.pacer = std::make_shared<Excerpt>(stage.pacer, busiest_part(stage));
  const unsigned tokens = only.pacer ? open_loop_tokens : tokens_for(only.concurrency);
  shape.max_tokens = std::min(plan.max_tokens.most(), tokens);
  return shape;
}

unsigned tokens_for(unsigned streams) { return std::clamp(streams / 4, 16U, 256U); }

bool is_light(const Stage& stage) {
  constexpr unsigned many = 100;  // streams, or requests a second
  return stage.pacer ? stage.rate < many : stage.concurrency < many;
}

}  // namespace llmload::calibration
