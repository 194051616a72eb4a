#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "llmload/result.hpp"

namespace llmload::report {

/// What a reader of a stage's numbers must know: "At ", the stage, ": ", and the text.
struct Remark {
  std::string_view begin = "At ";
  std::string text;
};
std::vector<Remark> stage_remarks(const Summary& stage);

/// Those of all stages, a line each, with the loads at which it holds: what differs by its numbers alone is
/// told once, with those of the last. Also that requests were dropped, for which there may be no column.
std::vector<std::string> shared_remarks(const RunResult& result);

/// How the run's prompts are kept from a prefix cache; "" where they are not.
std::string cache_remark(const RunResult& result);

/// Of all stages; empty without a price.
std::optional<double> cost_of(const RunResult& result);
/// What the run cost, and each stage's part of it; "" without a price.
std::string cost_remark(const RunResult& result, const std::optional<Price>& price);

/// How the run ended, where that is to be said: a line each.
std::vector<std::string> end_remarks(const RunResult& result);

inline constexpr std::string_view simulated_remark =
    "SIMULATED: a simulated endpoint of this process answers.";

}  // namespace llmload::report
