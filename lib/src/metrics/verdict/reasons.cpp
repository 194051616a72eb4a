#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "llmload/result.hpp"
#include "metrics/metric.hpp"
#include "metrics/stage_values.hpp"

namespace llmload {
namespace {

namespace rests_on = metrics::rests_on;

constexpr unsigned anything = ~0U;

/// What a reason spoils.
struct Spoilt {
  std::string_view code;
  unsigned what;
};

/// Codes that are not here spoil everything.
constexpr Spoilt in_part[] = {{"sent_late", rests_on::due | rests_on::pace},
                              {"prepared_late", rests_on::due | rests_on::pace},
                              {"turnaround", rests_on::pace},
                              {"read_late", rests_on::arrivals},
                              {"arrivals_uncertain", rests_on::first_token},
                              {"text_dropped", rests_on::text},
                              {"output_lost", rests_on::nothing}};

unsigned rests_of(std::string_view name) {
  if (const metrics::Metric* metric = metrics::find_metric(name)) return metric->rests_on;
  const metrics::StageValue* const value = metrics::find_stage_value(name);
  return value == nullptr ? anything : value->rests_on;
}

}  // namespace

bool InvalidReason::touches(std::string_view name, double q) const noexcept {
  if (spares_up_to > 0 && q <= spares_up_to) return false;
  const auto part = std::ranges::find(in_part, std::string_view(code), &Spoilt::code);
  return part == std::end(in_part) || (part->what & rests_of(name)) != 0;
}

RunStatus RunResult::status() const noexcept {
  if (interrupted) return RunStatus::interrupted;
  if (!errors.empty()) return RunStatus::outputs_lost;
  if (!valid) return RunStatus::invalid;
  return limits_not_met.empty() ? RunStatus::done : RunStatus::limit_not_met;
}

std::vector<InvalidReason> RunResult::reasons() const {
  std::vector<InvalidReason> all;
  if (interrupted) all.push_back({"interrupted", {}, {}, "the run was interrupted"});
  for (const LostOutput& lost : errors) all.push_back({"output_lost", {}, {}, lost.text()});
  all.insert(all.end(), invalid_reasons.begin(), invalid_reasons.end());
  all.insert(all.end(), limits_not_met.begin(), limits_not_met.end());
  return all;
}

}  // namespace llmload
