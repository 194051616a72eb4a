#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "llmload/metrics.hpp"
#include "llmload/summary.hpp"
#include "metrics/verdict/usage_doubt.hpp"

namespace llmload::metrics {

/// As the settings say: by the tokenizer or by `usage`, with BOS. Empty where they are not known.
std::optional<std::uint64_t> counted_output(const RequestRecord& record, const SummarySettings& settings);
std::optional<std::uint64_t> counted_prompt(const RequestRecord& record, const SummarySettings& settings);

/// The tokens of a stage's successful requests, and the rates made from them.
struct TokenCounts {
  void add(const RequestRecord& record, const SummarySettings& settings);
  void merge(const TokenCounts& other);
  /// Needs the summary's `ok`, of which there must be one, and `wall_seconds`.
  void fill(Summary& summary, const SummarySettings& settings) const;

  std::uint64_t prompt = 0, output = 0;  // as the settings say
  std::uint64_t system = 0;              // of the plan's system prompt, by the tokenizer
  std::uint64_t reasoning = 0, tool = 0;
  std::uint64_t by_usage = 0;
  std::optional<std::uint64_t> cached, usage_reasoning;  // by `usage`, of the answers that say it
  std::optional<std::uint64_t> shared;                   // by the plan
  std::uint64_t with_impossible_usage = 0;               // requests
  UsageDoubt doubt;
  std::uint64_t beside_usage = 0;  // output by the tokenizer alone, of requests that also have usage
  std::uint64_t without_prompt = 0, without_output = 0, without_usage = 0;  // requests
  std::uint64_t without_finish = 0;                                         // requests
  std::uint64_t below_threshold = 0, short_outputs = 0;                     // requests
  std::int64_t beyond_prompt = 0;  // tokens of chat templates, as the next two
  std::int64_t least_beyond = std::numeric_limits<std::int64_t>::max();
  std::int64_t most_beyond = std::numeric_limits<std::int64_t>::min();
  std::uint64_t with_beyond = 0;  // requests
  double request_rates = 0;       // sum of each request's tokens / seconds
};

}  // namespace llmload::metrics
