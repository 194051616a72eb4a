#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "llmload/plan.hpp"
#include "llmload/request_record.hpp"

namespace llmload::metrics {

/// Where a request's times start: when it was due (open loop), else when a session took it.
inline Stamp start(const RequestRecord& record) {
  return record.scheduled ? record.scheduled : record.dispatched;
}

/// By the tokenizer, else by the server's `usage`, or by that alone; without the token that COUNT_BOS adds.
inline std::optional<std::uint64_t> output_tokens(const RequestRecord& record, TokensFrom from) {
  const bool own = record.output_tokens && from == TokensFrom::tokenizer;
  return own ? record.output_tokens : record.usage_completion_tokens;
}

/// The output tokens between a stream's first and last stamp: reasoning that `usage` counts, and whose text
/// did not come, was before them.
inline std::optional<std::uint64_t> timed_tokens(const RequestRecord& record, TokensFrom from) {
  const auto n = output_tokens(record, from);
  const bool by_usage = !record.output_tokens || from == TokensFrom::usage;
  const std::uint64_t thoughts = record.usage_reasoning_tokens.value_or(0);
  if (!n || !by_usage || thoughts == 0 || thoughts > *n) return n;
  if (record.text_dropped) return std::nullopt;  // nobody knows whether their text came
  const bool came =
      std::ranges::find(record.events, TextKind::reasoning, &TokenEvent::kind) != record.events.end();
  return came ? *n : *n - thoughts;
}

/// As output_tokens().
inline std::optional<std::uint64_t> prompt_tokens(const RequestRecord& record, TokensFrom from) {
  const bool own = record.prompt_tokens && from == TokensFrom::tokenizer;
  return own ? record.prompt_tokens : record.usage_prompt_tokens;
}

/// What of a request is paid for: by the server's `usage`, which bills it, else by the tokenizer.
struct BilledTokens {
  std::uint64_t prompt = 0, output = 0;

  BilledTokens& operator+=(const BilledTokens& other) {
    prompt += other.prompt;
    output += other.output;
    return *this;
  }
};
inline BilledTokens billed_tokens(const RequestRecord& r) {
  const std::uint64_t prompt = r.prompt_tokens ? *r.prompt_tokens + r.system_tokens.value_or(0) : 0;
  return {r.usage_prompt_tokens.value_or(prompt),
          r.usage_completion_tokens.value_or(r.output_tokens.value_or(0))};
}
inline double cost_of(const BilledTokens& tokens, const Price& price) {
  constexpr double million = 1e6;
  return (static_cast<double>(tokens.prompt) * price.input +
          static_cast<double>(tokens.output) * price.output) /
         million;
}

inline double in_ms(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e6; }
inline double in_seconds(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }
inline double ratio(std::chrono::nanoseconds part, std::chrono::nanoseconds whole) {
  return static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

/// Empty where one of the two did not happen.
inline std::optional<double> milliseconds(const Stamp& from, const Stamp& until) {
  return from && until ? std::optional(in_ms(*until - *from)) : std::nullopt;
}

/// From the start to the first token event of a kind of which `is_it` holds; empty where there is none.
template <class IsIt>
std::optional<double> ms_to_first(const RequestRecord& record, IsIt is_it) {
  const auto first = std::ranges::find_if(record.events, is_it, &TokenEvent::kind);
  return first == record.events.end() ? std::nullopt : milliseconds(start(record), first->at);
}

/// `count` a second over `ms`; empty where one of the two is not known or no time has passed.
inline std::optional<double> per_second(std::optional<std::uint64_t> count, std::optional<double> ms) {
  return count && ms && *ms > 0 ? std::optional(static_cast<double>(*count) / (*ms / 1e3)) : std::nullopt;
}

}  // namespace llmload::metrics
