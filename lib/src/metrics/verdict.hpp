#pragma once

#include "llmload/sink.hpp"

namespace llmload::metrics {

/// What a stage that has ended means for the run: marks `result` as not valid, or as ended early, where its
/// numbers say so.
void judge(const Summary& stage, RunResult& result);

}  // namespace llmload::metrics
