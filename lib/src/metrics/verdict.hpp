#pragma once

#include "llmload/sink.hpp"
#include "metrics/fold_settings.hpp"

namespace llmload::metrics {

/// Whether the stage's numbers can be trusted: sets `valid` and the reasons why not. Needs all of them.
void judge(Summary& stage, const FoldSettings& settings);

/// The stage's senders counted `begun` requests, which are not those that its records have.
void judge_lost(Summary& stage, std::uint64_t begun);

/// What a stage that has ended means for the run: marks `result` as not valid, or as ended early.
void conclude(const Summary& stage, RunResult& result);

}  // namespace llmload::metrics
