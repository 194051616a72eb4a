#pragma once

#include <cstddef>
#include <cstdint>
#include <llmload/export.hpp>
#include <llmload/plan.hpp>
#include <optional>
#include <string>
#include <vector>

namespace llmload {

/// The tokens of all messages of `spec`, by its source or the plan's tokenizer; empty where neither says.
/// Throws what the tokenizer throws.
[[nodiscard]] LLMLOAD_EXPORT std::optional<std::uint64_t> count_prompt(const Plan& plan,
                                                                       const RequestSpec& spec);

/// How long the prompts are, in tokens.
struct PromptLengths {
  std::uint64_t counted = 0;        ///< requests, spread evenly over `of`, or the first ones
  std::optional<std::uint64_t> of;  ///< so many different ones there are; empty: the source makes them
  std::uint64_t least = 0, p50 = 0, p99 = 0, most = 0;
  double mean = 0;
};
/// Of 1,000 requests of the first stage, or of all where there are fewer. Empty where neither the source nor
/// a tokenizer says. Throws what these throw.
[[nodiscard]] LLMLOAD_EXPORT std::optional<PromptLengths> prompt_lengths(const Plan& plan);

/// The first request of a plan's first stage as it goes onto the wire: its head, an empty line and its body.
/// What may be a secret is "[redacted]": keys, the values of the plan's extra headers and of a URL's query.
/// Throws what the source and the dialect throw, and InputError where the request could not be sent.
[[nodiscard]] LLMLOAD_EXPORT std::string first_request(const Plan& plan);

/// What a stage takes, known before it runs. Tokens are a quota's: the prompt's, by the tokenizer or a
/// quarter of its bytes, and max_tokens, which an answer may not use up. Means are of the first 100 requests.
struct StageBudget {
  std::optional<std::uint64_t> requests;  ///< with warm-up and cool-down; empty where only time limits them
  /// Likewise, whose turns these requests are; without the load that goes on behind the window until they
  /// have ended. Empty also where there are none.
  std::optional<std::uint64_t> conversations;
  double prompt_tokens = 0;             ///< a request
  double output_tokens = 0;             ///< a request, at most
  std::optional<double> quota_rate;     ///< requests a second that the quota has room for
  std::optional<double> least_seconds;  ///< that the quota, or the stage's own times, take
  std::optional<double> cost;           ///< of all requests, at most; needs a price
};
/// Of stage number `stage`: 0, 1, 2 ... Asks the source, the tokenizer and the stage's pacer, on this thread.
/// Throws std::out_of_range where there is no such stage, InputError where the pacer breaks its promise or
/// the source gives nothing, and what these three throw.
[[nodiscard]] LLMLOAD_EXPORT StageBudget budget_of(const Plan& plan, std::size_t stage);

/// Where stages can't fit into the plan's quota, with the arithmetic, a line each. Throws what budget_of()
/// throws.
[[nodiscard]] LLMLOAD_EXPORT std::vector<std::string> quota_warnings(const Plan& plan);

}  // namespace llmload
