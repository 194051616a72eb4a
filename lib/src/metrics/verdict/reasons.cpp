#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "llmload/result.hpp"
#include "metrics/metric.hpp"

namespace llmload {
namespace {

namespace rests_on = metrics::rests_on;

/// A rate or a share that is no metric of the catalogue, and what it rests on, as there.
struct Rate {
  std::string_view name;
  unsigned rests_on;
};

// docs/own_error.md has the same lists.
constexpr Rate rates[] = {
    {"wall_seconds", rests_on::pace},
    {"tail_seconds", rests_on::pace},
    {"requests_per_second", rests_on::pace},
    {"output_tokens_per_second", rests_on::pace | rests_on::text},
    {"input_tokens_per_second", rests_on::pace},
    {"mean_output_tokens_per_second_per_request", rests_on::pace | rests_on::arrivals | rests_on::text},
    {"goodput", rests_on::pace | rests_on::arrivals | rests_on::first_token | rests_on::text},
    {"good_share", rests_on::pace | rests_on::arrivals | rests_on::first_token | rests_on::text},
    {"usage_ratio", rests_on::text}};

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
  const auto rate = std::ranges::find(rates, name, &Rate::name);
  return rate == std::end(rates) ? anything : rate->rests_on;
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
  const bool within_limits = std::ranges::none_of(stages, &Summary::too_many_errors);
  return within_limits ? RunStatus::done : RunStatus::limit_not_met;
}

std::vector<InvalidReason> RunResult::reasons() const {
  std::vector<InvalidReason> all;
  if (interrupted) all.push_back({"interrupted", {}, {}, "the run was interrupted"});
  for (const LostOutput& lost : errors) all.push_back({"output_lost", {}, {}, lost.text()});
  all.insert(all.end(), invalid_reasons.begin(), invalid_reasons.end());
  for (const Summary& s : stages) {
    if (!s.too_many_errors) continue;
    const double share = static_cast<double>(s.failed) / static_cast<double>(s.begun);
    all.push_back({"max_error_rate", share, s.max_error_rate,
                   "at " + describe(s.stage) + ": more requests failed than the plan allows"});
  }
  return all;
}

}  // namespace llmload
