#include "llmload/metrics.hpp"
#include "metrics/metric.hpp"
#include "metrics/record_facts.hpp"
#include "metrics/stores/accumulators.hpp"

namespace llmload::metrics {

std::optional<double> length_difference(const RequestRecord& record, TokensFrom from) noexcept {
  const auto tokens = output_tokens(record, from);
  if (!tokens) return std::nullopt;
  const std::uint64_t asked = record.max_tokens;
  return static_cast<double>(*tokens > asked ? *tokens - asked : asked - *tokens);
}

namespace {

/// Length mismatch = answers whose length difference is not 0 / answers whose tokens are known.
void add_mismatch(const RequestRecord& record, TokensFrom from, Share& to) {
  const auto difference = length_difference(record, from);
  if (!difference) return;
  to.part += *difference != 0 ? 1 : 0;
  ++to.whole;
}

bool asks_for_lengths(const Stage& /*stage*/, const SummarySettings& settings) {
  return settings.exact_output;
}

}  // namespace

namespace entries {

extern constinit const Metric length_mismatch = {.key = "length_mismatch",
                                                 .name = "Length Mismatch",
                                                 .unit = "share",
                                                 .better = Better::lower,
                                                 .rests_on = rests_on::text,
                                                 .make = make<SharePerStage<add_mismatch>>,
                                                 .exists = asks_for_lengths};

extern constinit const Metric length_difference = {.key = "length_difference",
                                                   .name = "Length Difference",
                                                   .unit = "tokens",
                                                   .better = Better::lower,
                                                   .rests_on = rests_on::text,
                                                   .make = make<PerRequest<metrics::length_difference>>,
                                                   .exists = asks_for_lengths};

}  // namespace entries

}  // namespace llmload::metrics
