#include <initializer_list>
#include <string>
#include <utility>
#include <variant>

#include "text/characters.hpp"
#include "validation/refuse.hpp"
#include "validation/rules.hpp"

namespace llmload::validation {
namespace {

/// What all stages have.
void check_limits(const std::string& stage, const Stage& s) {
  if (s.requests) require_in(limits::requests, stage + ".requests", *s.requests);
  if (s.duration) require_in(limits::duration, stage + ".duration", *s.duration);
  require_in(limits::warmup_requests, stage + ".warmup_requests", s.warmup_requests);
  require_in(limits::around_window, stage + ".warmup", s.warmup);
  require_in(limits::around_window, stage + ".cooldown", s.cooldown);
}

void check_loop(const std::string& stage, const Stage& s, const ClosedLoop& loop, bool source_ends) {
  require_in(limits::sessions, stage + ".loop.concurrency", loop.concurrency);
  require_in(limits::around_window, stage + ".loop.ramp_up", loop.ramp_up);
  if (!s.requests && !s.duration && !source_ends)
    refuse(stage, "has neither requests nor a duration: it would never end");
}

void check_loop(const std::string& stage, const OpenLoop& loop, Connection connection) {
  const std::string member = stage + ".loop";
  if (loop.pacer == nullptr) refuse(member + ".pacer", "is null: nothing says when requests are due");
  if (loop.concurrency) require_in(limits::sessions, member + ".concurrency", *loop.concurrency);
  if (loop.rate) require_in(limits::rate, member + ".rate", *loop.rate);
  require_utf8(member + ".arrival", loop.arrival);
  if (loop.when_full == WhenFull::drop && !loop.concurrency)
    refuse(member + ".when_full", "is drop, and the loop has no concurrency with which it is full");
  if (!loop.connections) return;
  require_in(limits::sessions, member + ".connections", *loop.connections);
  if (connection == Connection::per_request)
    refuse(member + ".connections", "are opened before the stage, and with one for each request none is");
}

void check_own_error(const std::string& member, const OwnErrorP99& own) {
  constexpr Numbers errors{0, limits::week * 1e3};  // ms
  for (const auto& [name, error] :
       {std::pair(".e2e_ms", own.e2e_ms), std::pair(".ttft_ms", own.ttft_ms),
        std::pair(".tpot_ms", own.tpot_ms), std::pair(".event_gap_ms", own.event_gap_ms),
        std::pair(".service_e2e_ms", own.service_e2e_ms),
        std::pair(".service_ttft_ms", own.service_ttft_ms)}) {
    if (error) require_in(errors, member + name, *error);
  }
}

}  // namespace

void check_stage(const Plan& plan, const Stage& stage, std::size_t number) {
  const std::string member = item("stages", number);
  check_limits(member, stage);
  const auto ends_after = plan.source ? plan.source->ends_after() : std::nullopt;
  if (ends_after && stage.warmup_requests >= *ends_after)
    refuse(member + ".warmup_requests", "is " + std::to_string(stage.warmup_requests) +
                                            ", and the source ends after " + std::to_string(*ends_after));
  if (const OpenLoop* const open = stage.open_loop())
    check_loop(member, *open, plan.connection);
  else
    check_loop(member, stage, std::get<ClosedLoop>(stage.loop), ends_after.has_value());
  if (stage.own_error) check_own_error(member + ".own_error", *stage.own_error);
  for (std::size_t i = 0; i < stage.endpoints.size(); ++i) {
    if (stage.endpoints[i] >= plan.endpoints.size())
      refuse(item(member + ".endpoints", i), "is " + std::to_string(stage.endpoints[i]) +
                                                 ", and the plan's last one is number " +
                                                 std::to_string(plan.endpoints.size() - 1));
  }
  require_utf8(member + ".salt", stage.salt);
  if (text::has_control_character(stage.salt)) refuse(member + ".salt", "has a control character");
}

void check_stages(const Plan& plan) {
  if (plan.stages.empty() && !plan.stage_source) refuse("stages", "is empty: the plan has no stage");
  if (!plan.stages.empty() && plan.stage_source)
    refuse("stage_source", "is set, and so is stages: a run has one of them");
  for (std::size_t i = 0; i < plan.stages.size(); ++i) check_stage(plan, plan.stages[i], i);
}

}  // namespace llmload::validation
