#include <memory>
#include <utility>

#include "engine/preflight.hpp"
#include "engine/runner.hpp"
#include "llmload/error.hpp"
#include "validation/rules.hpp"

namespace llmload::engine {

std::shared_ptr<const StageSource> stage_source(const Plan& plan) {
  return plan.stage_source ? plan.stage_source : std::make_shared<StageList>(plan.stages);
}

Stage first_stage(const Plan& plan) {
  auto first = plan.stage_source->next({});
  if (!first) throw PlanError("stage_source", "gives no stage");
  return std::move(*first);
}

workload::Schedule checked_schedule(const Plan& plan, const Stage& stage, std::size_t number,
                                    const Resources& available) {
  validation::check_stage(plan, stage, number);
  workload::Schedule schedule = stage.open_loop() != nullptr
                                    ? workload::make_schedule(stage, plan.source->ends_after())
                                    : workload::Schedule{};
  check_resources(plan, stage, schedule, available);
  return schedule;
}

void check_plan(const Plan& plan, const Resources& available) {
  validate(plan);
  // They are made again when each is due: a schedule may take much memory.
  for (std::size_t i = 0; i < plan.stages.size(); ++i)
    (void)checked_schedule(plan, plan.stages[i], i, available);
  if (plan.stage_source) (void)checked_schedule(plan, first_stage(plan), 0, available);
}

}  // namespace llmload::engine
