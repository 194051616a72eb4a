#include "metrics/token_counts.hpp"

#include <algorithm>

#include "metrics/record_facts.hpp"

namespace llmload::metrics {
namespace {

/// `text_dropped`: there was nothing for a tokenizer to count.
std::optional<std::uint64_t> counted(std::optional<std::uint64_t> by_tokenizer,
                                     std::optional<std::uint64_t> by_server, const SummarySettings& settings,
                                     bool text_dropped = false) {
  if (!settings.own_counts()) return by_server;
  if (!by_tokenizer) return text_dropped ? by_server : std::nullopt;
  return *by_tokenizer + (settings.count_bos ? 1 : 0);
}

void add_to(std::optional<std::uint64_t>& sum, const std::optional<std::uint64_t>& tokens) {
  if (tokens) sum = sum.value_or(0) + *tokens;
}

constexpr std::uint64_t TokenCounts::*token_sums[] = {&TokenCounts::prompt,
                                                      &TokenCounts::system,
                                                      &TokenCounts::output,
                                                      &TokenCounts::reasoning,
                                                      &TokenCounts::tool,
                                                      &TokenCounts::by_usage,
                                                      &TokenCounts::with_impossible_usage,
                                                      &TokenCounts::beside_usage,
                                                      &TokenCounts::without_prompt,
                                                      &TokenCounts::without_output,
                                                      &TokenCounts::without_usage,
                                                      &TokenCounts::without_finish,
                                                      &TokenCounts::below_threshold,
                                                      &TokenCounts::short_outputs,
                                                      &TokenCounts::with_beyond};

}  // namespace

std::optional<std::uint64_t> counted_output(const RequestRecord& record, const SummarySettings& settings) {
  return counted(record.output_tokens, record.usage_completion_tokens, settings, record.text_dropped);
}

std::optional<std::uint64_t> counted_prompt(const RequestRecord& record, const SummarySettings& settings) {
  return counted(record.prompt_tokens, record.usage_prompt_tokens, settings);
}

void TokenCounts::add(const RequestRecord& record, const SummarySettings& settings) {
  if (const auto tokens = counted_prompt(record, settings))
    prompt += *tokens;
  else
    ++without_prompt;
  if (const auto tokens = template_tokens(record)) {
    beyond_prompt += *tokens;
    least_beyond = std::min(least_beyond, *tokens);
    most_beyond = std::max(most_beyond, *tokens);
    ++with_beyond;
  }
  add_to(cached, record.usage_cached_tokens);
  add_to(usage_reasoning, record.usage_reasoning_tokens);
  add_to(shared, record.shared_tokens);
  system += record.system_tokens.value_or(0);
  if (record.finish_reason.empty()) ++without_finish;
  if (record.usage_refused) ++with_impossible_usage;
  doubt.add(record);
  if (record.usage_completion_tokens) {
    by_usage += *record.usage_completion_tokens;
    beside_usage += record.text_dropped ? *record.usage_completion_tokens : record.output_tokens.value_or(0);
  } else {
    ++without_usage;
  }
  const auto tokens = counted_output(record, settings);
  if (!tokens) {
    ++without_output;
    return;
  }
  output += *tokens;
  reasoning += record.reasoning_tokens.value_or(0);
  tool += record.tool_tokens.value_or(0);
  const double rate = per_second(tokens, e2e_ms(record)).value_or(0);
  request_rates += rate;
  if (rate < settings.threshold_tps) ++below_threshold;
  if (*tokens * 10 < std::uint64_t{record.max_tokens} * 9) ++short_outputs;
}

void TokenCounts::merge(const TokenCounts& other) {
  for (const auto sum : token_sums) this->*sum += other.*sum;
  add_to(cached, other.cached);
  add_to(usage_reasoning, other.usage_reasoning);
  add_to(shared, other.shared);
  doubt.merge(other.doubt);
  beyond_prompt += other.beyond_prompt;
  least_beyond = std::min(least_beyond, other.least_beyond);
  most_beyond = std::max(most_beyond, other.most_beyond);
  request_rates += other.request_rates;
}

void TokenCounts::fill(Summary& s, const SummarySettings& settings) const {
  if (without_output < s.ok) s.short_outputs = short_outputs;
  if (without_prompt == 0) s.input_tokens_per_second = static_cast<double>(prompt) / *s.wall_seconds;
  if (with_beyond > 0) {
    const double mean = static_cast<double>(beyond_prompt) / static_cast<double>(with_beyond);
    s.template_tokens = TemplateTokens{mean, least_beyond, most_beyond};
  }
  if (without_usage == 0) s.usage_output_tokens = by_usage;
  s.usage_cached_tokens = cached;
  s.usage_reasoning_tokens = usage_reasoning;
  s.shared_tokens = shared;
  doubt.fill(s, settings);
  if (without_output > 0) return;
  s.output_tokens = output;
  s.output_tokens_per_second = static_cast<double>(output) / *s.wall_seconds;
  s.mean_output_tokens_per_second_per_request = request_rates / static_cast<double>(s.ok);
  s.below_threshold = below_threshold;
  if (settings.own_counts()) {
    s.reasoning_tokens = reasoning;
    s.tool_tokens = tool;
  }
}

}  // namespace llmload::metrics
