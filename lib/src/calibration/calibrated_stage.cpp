#include <ostream>
#include <string>
#include <utility>

#include "llmload/calibration.hpp"
#include "text/number.hpp"

namespace llmload {
namespace {

constexpr double most_error = 1;  // ms, p99

std::string in_ms(double ms) { return text::decimals(ms, 3) + " ms"; }

void add_reason(std::vector<InvalidReason>& to, const char* code, const std::string& what,
                const std::optional<ErrorSpread>& error) {
  if (!error || error->p99 <= most_error) return;
  to.push_back(
      {.code = code,
       .value = error->p99,
       .limit = most_error,
       .text = what + " are off by " + in_ms(error->p99) + " at p99, more than " + in_ms(most_error)});
}

}  // namespace

std::ostream& operator<<(std::ostream& out, CalibrationVerdict verdict) {
  constexpr const char* names[] = {"valid", "no_reference", "invalid"};
  return out << names[static_cast<std::size_t>(verdict)];
}

CalibrationVerdict CalibratedStage::verdict() const {
  if (!reasons().empty()) return CalibrationVerdict::invalid;
  return void_reason().empty() ? CalibrationVerdict::valid : CalibrationVerdict::no_reference;
}

std::vector<InvalidReason> CalibratedStage::reasons() const {
  std::vector<InvalidReason> all = summary.invalid_reasons;
  if (errors.missing > 0) {
    all.push_back({.code = "endpoint_unknown",
                   .value = static_cast<double>(errors.missing),
                   .limit = 0,
                   .text = std::to_string(errors.missing) + " of " + std::to_string(errors.compared) +
                           " answers are not known to the endpoint"});
  }
  if (summary.failed > 0) {
    all.push_back({.code = "failed",
                   .value = static_cast<double>(summary.failed),
                   .limit = 0,
                   .text = std::to_string(summary.failed) + " requests failed"});
  }
  add_reason(all, "first_token_error", "first tokens", errors.first_token);
  add_reason(all, "event_gap_error", "event gaps", errors.event_gap);
  add_reason(all, "e2e_error", "ends of answers", errors.e2e);
  add_reason(all, "sent_error", "sent times", errors.sent);
  return all;
}

std::string CalibratedStage::void_reason() const {
  if (errors.compared == errors.missing) return "no answer could be compared";
  const auto& late = errors.endpoint_lateness;
  if (!late || late->p99 <= most_endpoint_lateness) return "";
  return "the simulated endpoint itself was late by " + in_ms(late->p99) + " at p99, more than " +
         in_ms(most_endpoint_lateness);
}

std::vector<std::string> CalibratedStage::notes() const {
  const auto& first = errors.first_token;
  if (!first || first->count >= samples_for_p99) return {};
  return {"a p99 of " + std::to_string(first->count) + " first tokens is hardly less than their maximum"};
}

}  // namespace llmload
