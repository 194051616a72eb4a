#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "llmload/result.hpp"

namespace llmload {
namespace {

using Metric = std::optional<Distribution> Summary::*;
using Number = std::optional<double> Summary::*;

// docs/own_error.md has the same lists.
constexpr std::array from_due = {&Summary::e2e_ms, &Summary::ttft_ms, &Summary::ttfo_ms,
                                 &Summary::request_output_rate};
constexpr std::array paces = {&Summary::wall_seconds,
                              &Summary::tail_seconds,
                              &Summary::requests_per_second,
                              &Summary::output_tokens_per_second,
                              &Summary::input_tokens_per_second,
                              &Summary::mean_output_tokens_per_second_per_request,
                              &Summary::goodput,
                              &Summary::good_share};
constexpr std::array to_an_arrival = {&Summary::e2e_ms,
                                      &Summary::service_e2e_ms,
                                      &Summary::request_output_rate,
                                      &Summary::ttft_ms,
                                      &Summary::service_ttft_ms,
                                      &Summary::ttfo_ms,
                                      &Summary::tpot_ms,
                                      &Summary::itl_ms,
                                      &Summary::event_gap_ms,
                                      &Summary::request_prompt_rate};
constexpr std::array of_arrivals = {&Summary::mean_output_tokens_per_second_per_request,
                                    &Summary::goodput,
                                    &Summary::good_share,
                                    &Summary::merged_share,
                                    &Summary::first_token_merged_share,
                                    &Summary::together_share};
constexpr std::array to_first_token = {&Summary::ttft_ms, &Summary::service_ttft_ms, &Summary::ttfo_ms,
                                       &Summary::request_prompt_rate};
constexpr std::array good_requests = {&Summary::goodput, &Summary::good_share};

struct Touched {
  std::string_view code;
  std::span<const Metric> metrics;
  std::span<const Number> numbers;
};

/// Of codes that are not here everything is touched.
constexpr std::array<Touched, 6> in_part = {{{"sent_late", from_due, paces},
                                             {"prepared_late", from_due, paces},
                                             {"turnaround", {}, paces},
                                             {"read_late", to_an_arrival, of_arrivals},
                                             {"arrivals_uncertain", to_first_token, good_requests},
                                             {"output_lost", {}, {}}}};

/// Null: everything.
const Touched* touched_by(std::string_view code) {
  const auto found = std::ranges::find(in_part, code, &Touched::code);
  return found == in_part.end() ? nullptr : &*found;
}

bool is_in(const auto& list, auto member) { return std::ranges::find(list, member) != list.end(); }

}  // namespace

bool InvalidReason::touches(Metric metric, double q) const noexcept {
  if (spares_up_to > 0 && q <= spares_up_to) return false;
  const Touched* const part = touched_by(code);
  return part == nullptr || is_in(part->metrics, metric);
}

bool InvalidReason::touches(Number number) const noexcept {
  const Touched* const part = touched_by(code);
  return part == nullptr || is_in(part->numbers, number);
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
