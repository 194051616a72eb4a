#include <memory>
#include <string>

#include "engine/preflight.hpp"
#include "engine/runner.hpp"
#include "llmload/error.hpp"

namespace llmload::engine {
namespace {

void check_parts(const Plan& plan) {
  if (plan.endpoints.empty()) throw InputError("the plan has no endpoint");
  if (plan.stages.empty() && !plan.stage_source) throw InputError("the plan has no stage");
  if (!plan.stages.empty() && plan.stage_source)
    throw InputError("the plan has a list of stages and a source of them: it can run one");
  if (!plan.source) throw InputError("the plan has no source of requests");
  for (const Endpoint& endpoint : plan.endpoints) {
    if (endpoint.dialect != plan.endpoints.front().dialect)
      throw InputError("the plan's endpoints mix dialects: all of a run must have the same one");
    if (endpoint.proxy && !endpoint.tls) {
      throw InputError("the plan has a proxy for an endpoint over http: only https goes through a tunnel");
    }
  }
}

void check_stage(const Plan& plan, const Stage& stage) {
  for (const std::size_t endpoint : stage.endpoints) {
    if (endpoint >= plan.endpoints.size())
      throw InputError("a stage has endpoint number " + std::to_string(endpoint) + " of " +
                       std::to_string(plan.endpoints.size()));
  }
  if (stage.pacer) return;  // its schedule is checked when it is made
  if (stage.concurrency == 0) throw InputError("a stage has a concurrency of 0");
  if (stage.requests == 0 && stage.duration.count() == 0) {
    throw InputError("a stage has neither a number of requests nor a duration: it would never end");
  }
}

}  // namespace

std::shared_ptr<const StageSource> stage_source(const Plan& plan) {
  return plan.stage_source ? plan.stage_source : std::make_shared<StageList>(plan.stages);
}

workload::Schedule checked_schedule(const Plan& plan, const Stage& stage) {
  check_stage(plan, stage);
  workload::Schedule schedule = stage.pacer ? workload::make_schedule(stage) : workload::Schedule{};
  check_resources(plan, stage, schedule, resources_of_this_machine());
  return schedule;
}

void check_plan(const Plan& plan) {
  check_parts(plan);
  // They are made again when each is due: a schedule may take much memory.
  for (const Stage& stage : plan.stages) (void)checked_schedule(plan, stage);
  if (!plan.stage_source) return;
  const auto first = plan.stage_source->next({});
  if (!first) throw InputError("the plan's source of stages gives none");
  (void)checked_schedule(plan, *first);
}

}  // namespace llmload::engine
