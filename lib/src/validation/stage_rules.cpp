#include <initializer_list>
#include <string>
#include <utility>

#include "text/characters.hpp"
#include "validation/refuse.hpp"
#include "validation/rules.hpp"

namespace llmload::validation {
namespace {

/// What all stages have. 0 requests and no duration are no limit.
void check_limits(const std::string& stage, const Stage& s) {
  if (s.requests != 0) require_in(limits::requests, stage + ".requests", s.requests);
  if (s.duration.count() != 0) require_in(limits::duration, stage + ".duration", s.duration);
  require_in(limits::warmup_requests, stage + ".warmup_requests", s.warmup_requests);
  require_in(limits::around_window, stage + ".warmup", s.warmup);
  require_in(limits::around_window, stage + ".cooldown", s.cooldown);
}

/// Without a pacer the stage is a closed loop, and whoever asks for another one has forgotten it.
void check_closed(const std::string& stage, const Stage& s) {
  require_in(limits::sessions, stage + ".concurrency", s.concurrency);
  if (s.requests == 0 && s.duration.count() == 0) {
    refuse(stage, "has neither requests nor a duration: it would never end");
  }
  const auto refuse_open = [&](const char* member) {
    refuse(stage + member, "is for an open loop, and the stage has no pacer");
  };
  if (s.rate != 0) refuse_open(".rate");
  if (!s.arrival.empty()) refuse_open(".arrival");
  if (s.when_full != WhenFull::queue) refuse_open(".when_full");
  if (s.connections != 0) refuse_open(".connections");
}

void check_open(const std::string& stage, const Stage& s, Connection connection) {
  if (s.concurrency != 0) require_in(limits::sessions, stage + ".concurrency", s.concurrency);
  if (s.rate != 0) require_in(limits::rate, stage + ".rate", s.rate);
  require_utf8(stage + ".arrival", s.arrival);
  if (s.when_full == WhenFull::drop && s.concurrency == 0)
    refuse(stage + ".when_full", "is drop, and the stage has no concurrency with which it is full");
  if (s.connections == 0) return;
  require_in(limits::sessions, stage + ".connections", s.connections);
  if (connection == Connection::per_request)
    refuse(stage + ".connections", "are opened before the stage, and with one for each request none is");
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
  if (stage.pacer)
    check_open(member, stage, plan.connection);
  else
    check_closed(member, stage);
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
