#pragma once

#include <llmload/calibration.hpp>
#include <llmload/plan.hpp>
#include <llmload/summary.hpp>
#include <string>
#include <vector>

// What a calibration runs and what it concludes, without running it.

namespace llmload::cli {

/// Three decimals.
std::string in_ms(double ms);

/// One stage against the simulated endpoint.
struct CalibratedStage {
  Summary summary;
  StageErrors errors;

  /// Why nothing follows from it: the endpoint itself was late, or nothing could be compared. Empty: it does.
  [[nodiscard]] std::string void_reason() const;
  /// Why its numbers must not be trusted; empty: they may.
  [[nodiscard]] std::vector<std::string> reasons() const;
};

/// Tokens of an answer for so many streams: few streams should give many answers; many streams whose answers
/// end together make the endpoint late, and should do so seldom.
unsigned calibration_tokens(unsigned streams);

/// So few streams, or requests a second, that the endpoint's core would sleep between its tokens.
bool is_light(const Stage& stage);

/// A stage of the same shape that is soon over, in a plan of its own: of an open loop the busiest part.
Plan shape_of(const Plan& plan, const Stage& stage);

}  // namespace llmload::cli
