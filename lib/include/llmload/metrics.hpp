#pragma once

#include <cstdint>
#include <llmload/export.hpp>
#include <llmload/plan.hpp>
#include <llmload/request_record.hpp>
#include <llmload/summary.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// What the numbers of a run are made with, for records that a harness collected or made by hand.
/// Units:   milliseconds, tokens, and tokens a second, as each name says. What a record does not tell is
///          empty: never 0, never nan.
/// Threads: each function depends on its arguments alone, and may be called from any.
/// Errors:  nothing is thrown, but where it is said.
namespace llmload::metrics {

/// E2E (ms) = done - start. Start is when the request was due (open loop), else when a session took it.
/// Empty where no answer came to its end.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> e2e_ms(const RequestRecord& record) noexcept;

/// Service E2E (ms) = done - sent, service TTFT (ms) = first token - sent: what the server took, without the
/// time that a request waited to be sent.
/// Empty where the stamp is missing, and where the answer began before the request was out.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> service_e2e_ms(const RequestRecord& record) noexcept;
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> service_ttft_ms(
    const RequestRecord& record) noexcept;  ///< likewise

/// Resolve time (ms) = resolved - opening, connect time (ms) = TCP connected - resolved (where no name was
/// looked up: - opening), through a proxy with its tunnel, TLS time (ms) = TLS done - TCP connected: the
/// parts of opening a connection, from when a request began to open one. Empty where a request opened none,
/// or without that part.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> resolve_ms(const RequestRecord& record) noexcept;
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> connect_ms(
    const RequestRecord& record) noexcept;  ///< likewise
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> tls_ms(
    const RequestRecord& record) noexcept;  ///< likewise

/// Queue wait (ms) = admitted - scheduled: how long a request that was due waited until fewer than
/// MAX_CONCURRENCY were under way, or until the quota had room. It is part of the latency.
/// No sample in a closed loop.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> queue_wait_ms(const RequestRecord& record) noexcept;

/// Dispatch lag (ms) = sent - admitted, of every measured request that was sent. Admitted is when the request
/// was due, or later, when a cap that queues had room for it. Where each request opens a connection of its
/// own, that time is meant to be in its latency, and is taken out here.
/// No sample in a closed loop, nor of a request that was sent more than once.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> dispatch_lag_ms(const RequestRecord& record,
                                                                   bool own_connections = false) noexcept;

/// Retry wait (ms) = the time between a request's attempts, of those with more than one. It is part of the
/// latency from the start, and not of the service times, which are the last attempt's.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> retry_wait_ms(const RequestRecord& record) noexcept;

/// TTFT (ms), time to first token = arrival of the first token event, of whatever kind - start.
/// Empty where the answer was not streamed or brought no token.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> ttft_ms(const RequestRecord& record) noexcept;

/// TTFO (ms), time to first output token = arrival of the first token event that is not reasoning - start.
/// Empty where the answer was not streamed or brought nothing but reasoning.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> ttfo_ms(const RequestRecord& record) noexcept;

/// Time to the first tool call (ms) = arrival of the first token event of a tool call, its name or its
/// arguments - start. Empty where the answer was not streamed or called no tool.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> first_tool_call_ms(const RequestRecord& record) noexcept;

/// Length difference (tokens) = how many output tokens an answer has more or fewer than max_tokens, by
/// `from`. Empty where its tokens are not known.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> length_difference(
    const RequestRecord& record, TokensFrom from = TokensFrom::tokenizer) noexcept;

/// TPOT (ms), time per output token after the first = (last token - first token) / (n - 1), with n output
/// tokens by the tokenizer, else by `usage`; by that less its reasoning tokens where none of their text came.
/// Empty where the answer was not streamed, n is not known, or n < 2, and where all tokens came at one time.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> tpot_ms(const RequestRecord& record,
                                                           TokensFrom from = TokensFrom::tokenizer) noexcept;

/// ITL (ms), inter-token latency: an arrival that brings k tokens, a gap after the one before, gives gap / k,
/// k times. Token events that came in one read are one arrival; the gap of an arrival without a whole token
/// is added to that of the next with one. The k samples are whole nanoseconds that add up to the gap.
/// No sample where the answer was not streamed, came in one arrival, or no tokenizer counted it.
[[nodiscard]] LLMLOAD_EXPORT std::vector<double> itl_ms(const RequestRecord& record);

/// Event gap (ms) = time from one arrival of tokens to the next; token events that came in one read are one
/// arrival.
/// No sample where the answer was not streamed or came in one arrival.
[[nodiscard]] LLMLOAD_EXPORT std::vector<double> event_gap_ms(const RequestRecord& record);

/// Tokens per event = output tokens / token events of the answer.
/// Empty where the answer was not streamed, brought no token event, or its tokens are not known.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> tokens_per_event(
    const RequestRecord& record, TokensFrom from = TokensFrom::tokenizer) noexcept;

/// Output rate of a request (tokens/s) = output tokens / E2E, by the tokenizer, else by `usage`.
/// Empty where the tokens are not known.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> request_output_rate(
    const RequestRecord& record, TokensFrom from = TokensFrom::tokenizer) noexcept;

/// Cached tokens (tokens) = tokens of a request's prompt that the server had in its cache, as its `usage`
/// says; one sample a request. Empty where it does not say it.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> cached_tokens(const RequestRecord& record) noexcept;

/// Prompt rate of a request (tokens/s) = prompt tokens / service TTFT, by the tokenizer, else by `usage`.
/// Empty where the answer has no service TTFT or the tokens are not known.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> request_prompt_rate(
    const RequestRecord& record, TokensFrom from = TokensFrom::tokenizer) noexcept;

/// template tokens = prompt tokens by `usage` - prompt tokens - system prompt tokens, both by the tokenizer
[[nodiscard]] LLMLOAD_EXPORT std::optional<std::int64_t> template_tokens(
    const RequestRecord& record) noexcept;

/// A request is good when it is ok and within every limit that is set (a value equal to its limit is). A
/// value that is not known is a miss, but an answer of fewer than 2 tokens has no TPOT to exceed and passes
/// that one. Goodput (requests/s) = good requests / wall; good share = good requests / requests that were
/// begun or dropped. Both are empty where no limit is set; goodput also where no request succeeded, for there
/// is no wall.
[[nodiscard]] LLMLOAD_EXPORT bool is_good(const RequestRecord& record, const Goodput& limits,
                                          TokensFrom from = TokensFrom::tokenizer) noexcept;

/// numpy's default (linear, type 7) of samples in any order: h = (n - 1) q; x[floor h] + (h - floor h)
/// (x[floor h + 1] - x[floor h]), x in ascending order. `q` is from 0 to 1: 0.95.
/// Throws InputError: no sample, one that is nan, another `q`.
[[nodiscard]] LLMLOAD_EXPORT double percentile(std::vector<double> samples, double q);

/// All of a Distribution from raw samples in any order. sd is the sample's (n - 1); 0 for one.
/// Throws InputError: no sample, or one that is nan.
[[nodiscard]] LLMLOAD_EXPORT Distribution distribution(std::vector<double> samples);

/// What of a plan the numbers depend on; a records file has it, too.
struct SummarySettings {
  bool tokenizer = false;  ///< one has counted the records' tokens; else they are the server's `usage`
  TokensFrom tokens_from = TokensFrom::tokenizer;
  bool count_bos = false;
  bool stream = false;
  CachePolicy cache = CachePolicy::shared;  ///< of the records' prompts
  bool exact_output = false;                ///< answers were to have max_tokens
  bool conversations = false;               ///< requests are turns of them
  std::vector<std::string> models = {};     ///< the names of Plan::models
  bool quota = false;                       ///< requests may have to wait for it
  bool simulated = false;                   ///< a Simulator of the run's process answers
  bool own_connections = false;             ///< each request opens one
  double threshold_tps = 7;                 ///< tokens a second
  std::optional<double> max_error_rate = {};
  std::optional<Goodput> goodput = {};
  std::optional<Price> price = {};

  /// Tokens are the tokenizer's; else the server's `usage`.
  [[nodiscard]] bool own_counts() const noexcept { return tokenizer && tokens_from == TokensFrom::tokenizer; }
};
/// Those of a run of `plan`.
[[nodiscard]] LLMLOAD_EXPORT SummarySettings summary_settings(const Plan& plan);

/// The Summary of one stage from its records alone, in the order in which they ended: as the run's own, but
/// for what no record tells: what was not sent, when the stage began, and of our own error all but the
/// dispatch lag. `stage`: what was asked for, which has a name, and perhaps a window.
/// Memory: 104 bytes or less a record, twice that of several endpoints or models. Throws InputError, with its
/// number from 0 on, for a record that can't be: an ok one without `dispatched` and a later `done`, events
/// that go back in time, bounds of other events, a model that is none of the settings'.
[[nodiscard]] LLMLOAD_EXPORT Summary summarize(std::span<const RequestRecord> records,
                                               const SummarySettings& settings = {}, const Stage& stage = {});

}  // namespace llmload::metrics
