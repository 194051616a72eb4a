#include "metrics/verdict.hpp"

namespace llmload::metrics {

void judge(const Summary& stage, RunResult& result) {
  if (stage.refused) result.ended_early = "every request was refused (" + stage.commonest_reason + ")";
  if (stage.ok != 0 || stage.begun == 0 || stage.interrupted) return;
  result.valid = false;
  result.invalid_reasons.push_back("every request failed at a concurrency of " +
                                   std::to_string(stage.stage.concurrency) + ": " + stage.commonest_reason);
}

}  // namespace llmload::metrics
