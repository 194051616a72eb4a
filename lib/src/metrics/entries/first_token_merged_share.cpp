#include "metrics/metric.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {
namespace {

/// First tokens merged share = answers whose first token came in one read with a later token event / streamed
/// answers with a first token, over the stage.
/// Empty where no answer was streamed.
void add_first_token_merged(const RequestRecord& record, Share& to) {
  if (!record.first_token) return;
  to.part += record.first_token_merged ? 1 : 0;
  ++to.whole;
}

}  // namespace

namespace entries {

extern constinit const Metric first_token_merged_share = {.key = "first_token_merged_share",
                                                          .name = "First Tokens Merged Share",
                                                          .unit = "share",
                                                          .better = Better::lower,
                                                          .rests_on = rests_on::arrivals,
                                                          .make = make<SharePerStage<add_first_token_merged>>,
                                                          .needs = Needs::tokens};

}  // namespace entries

}  // namespace llmload::metrics
