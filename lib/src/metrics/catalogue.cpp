#include <algorithm>
#include <iterator>

#include "metrics/metric.hpp"

// The catalogue: a line a metric, in the order of the outputs. Each is defined in a file of its own, or of
// those that are alike, as entries::NAME.
#define LLMLOAD_METRICS(METRIC)    \
  METRIC(e2e)                      \
  METRIC(service_e2e)              \
  METRIC(queue_wait)               \
  METRIC(resolve)                  \
  METRIC(connect)                  \
  METRIC(tls)                      \
  METRIC(ttft)                     \
  METRIC(service_ttft)             \
  METRIC(ttfo)                     \
  METRIC(first_tool_call)          \
  METRIC(tpot)                     \
  METRIC(itl)                      \
  METRIC(event_gap)                \
  METRIC(tokens_per_event)         \
  METRIC(merged_share)             \
  METRIC(first_token_merged_share) \
  METRIC(together_share)           \
  METRIC(request_output_rate)      \
  METRIC(request_prompt_rate)      \
  METRIC(retry_wait)               \
  METRIC(cached_tokens)            \
  METRIC(length_mismatch)          \
  METRIC(length_difference)

namespace llmload::metrics {

namespace entries {
#define LLMLOAD_DECLARE(name) extern const Metric name;
LLMLOAD_METRICS(LLMLOAD_DECLARE)
#undef LLMLOAD_DECLARE
}  // namespace entries

namespace {

#define LLMLOAD_ADDRESS(name) &entries::name,
constexpr const Metric* all_metrics[] = {LLMLOAD_METRICS(LLMLOAD_ADDRESS)};
#undef LLMLOAD_ADDRESS

}  // namespace

std::span<const Metric* const> catalogue() noexcept { return all_metrics; }

const Metric* find_metric(std::string_view key) noexcept {
  const auto found = std::ranges::find(all_metrics, key, &Metric::key);
  return found == std::end(all_metrics) ? nullptr : *found;
}

}  // namespace llmload::metrics

#undef LLMLOAD_METRICS
