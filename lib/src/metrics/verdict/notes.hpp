#pragma once

#include "llmload/metrics.hpp"
#include "metrics/stream_counts.hpp"
#include "metrics/token_counts.hpp"

namespace llmload::metrics {

/// Adds what a reader of the stage's numbers should know, a line each. The numbers must be there.
void add_notes(Summary& summary, const SummarySettings& settings, const TokenCounts& tokens,
               const StreamCounts& streams);

}  // namespace llmload::metrics
