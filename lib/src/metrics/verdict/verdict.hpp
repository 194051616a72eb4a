#pragma once

#include <span>

#include "llmload/condition.hpp"
#include "llmload/metrics.hpp"
#include "llmload/result.hpp"
#include "metrics/stage_end.hpp"

namespace llmload::metrics {

/// Whether the stage's numbers can be trusted: sets `valid` and the reasons why not. Needs all of them.
void judge(Summary& stage, const SummarySettings& settings);

/// Whether what its senders counted is what the stage's records have, and no more than was planned.
void judge_accounts(Summary& stage, const StageEnd& end);

/// What a stage that has ended means for the run: marks `result` as not valid, or as ended early.
void conclude(const Summary& stage, RunResult& result);

/// Notes what of `fail_if` is so at a stage that has ended, or can't be told of it: what is not known is
/// within no limit.
void judge_limits(std::span<const Condition> fail_if, RunResult& result);

/// Of a run that has ended, when its stages and `interrupted` are there: one that was stopped before it sent
/// anything that is measured is not valid.
void conclude(RunResult& result);

}  // namespace llmload::metrics
