#include "calibration/shapes.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "llmload/calibration.hpp"

namespace llmload::calibration {
namespace {

constexpr std::chrono::seconds load_lasts{6}, shape_lasts{4};
constexpr unsigned open_loop_tokens = 64;

Plan plan_of(Stage stage, unsigned tokens) {
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

/// A source's requests, or the first turns of its conversations, and where it ends again from its beginning:
/// a shape lasts as long as it must, and no longer.
class FirstTurns : public RequestSource {
 public:
  explicit FirstTurns(std::shared_ptr<const RequestSource> source)
      : source_(std::move(source)),
        size_(source_->ends_after().value_or(std::numeric_limits<std::uint64_t>::max())) {}
  [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& conversation) const override {
    Conversation again = conversation;
    again.index %= size_;
    return source_->next(again);
  }

 private:
  std::shared_ptr<const RequestSource> source_;
  std::uint64_t size_;
};

/// The request from which on the most are due within shape_lasts.
std::uint64_t busiest_part(const Stage& stage, const Pacer& pacer) {
  constexpr std::uint64_t most_looked_at = 1'000'000;
  std::uint64_t best = 0, most = 0, first = 0;
  for (std::uint64_t i = 0; i < most_looked_at; ++i) {
    const auto due = pacer.due(i);
    if (!due || (stage.duration && *due >= stage.warmup + *stage.duration + stage.cooldown)) break;
    if (stage.requests && i >= stage.warmup_requests + *stage.requests) break;
    while (*due - *pacer.due(first) >= shape_lasts) ++first;
    if (i - first + 1 <= most) continue;
    most = i - first + 1;
    best = first;
  }
  return best;
}

}  // namespace

Plan streams_plan(unsigned streams) { return plan_of({.loop = ClosedLoop{streams}}, tokens_for(streams)); }

Plan rate_plan(double rate) {
  auto pacer = make_poisson_pacer(rate, 1, {.duration = load_lasts});
  return plan_of({.loop = OpenLoop{std::move(pacer), "poisson", rate}}, calibrated_rate_tokens);
}

Plan shape_of(const Plan& plan, const Stage& stage) {
  Plan shape = plan;
  shape.stages = {stage};
  shape.stage_source = nullptr;
  if (plan.source && (plan.source->ends_after() || plan.source->most_turns() > 1))
    shape.source = std::make_shared<FirstTurns>(plan.source);
  Stage& only = shape.stages.front();
  only.endpoints.clear();  // there is one
  only.requests.reset();
  only.warmup_requests = 0;
  only.warmup = only.cooldown = std::chrono::nanoseconds{0};
  only.duration = shape_lasts;
  unsigned tokens = open_loop_tokens;
  if (auto* const open = std::get_if<OpenLoop>(&only.loop)) {
    open->pacer = std::make_shared<Excerpt>(open->pacer, busiest_part(stage, *open->pacer));
  } else {
    only.loop = ClosedLoop{*only.concurrency()};  // all of them from the start
    tokens = tokens_for(*only.concurrency());
  }
  shape.max_tokens = std::min(plan.max_tokens.most(), tokens);
  return shape;
}

unsigned tokens_for(unsigned streams) { return std::clamp(streams / 4, 16U, 256U); }

bool is_light(const Stage& stage) {
  constexpr unsigned many = 100;  // streams, or requests a second
  const OpenLoop* const open = stage.open_loop();
  return open != nullptr ? open->rate.value_or(0) < many : *stage.concurrency() < many;
}

}  // namespace llmload::calibration
