#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <llmload/export.hpp>
#include <llmload/plan.hpp>
#include <llmload/request_record.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace llmload {

/// Fewest samples from which a p99 can be bounded (95 %, one-sided; order statistics).
inline constexpr std::size_t samples_for_p99 = 299;
inline constexpr std::size_t samples_for_p999 = 2'995;  ///< likewise for a p99.9

/// Mean, sample standard deviation (n - 1; 0 for one) and percentiles, which are numpy's linear ones of the
/// raw samples, or come from a histogram and are within 0.1 % of that.
struct Distribution {
  std::size_t count = 0;
  double mean = 0, sd = 0, min = 0, max = 0, p50 = 0, p90 = 0, p95 = 0, p99 = 0, p999 = 0;
  bool from_histogram = false;  ///< where samples come by the million: itl_ms, event_gap_ms, queue_wait_ms,
                                ///< the lags, and every metric beyond a million samples a stage
  std::optional<double> own_error_p99 = {};  ///< in the metric's unit; see OwnErrorP99
  /// How far the p50 and the p99 are from those of the earliest times at which the events can have arrived,
  /// in the metric's unit; of metrics that are made of events' arrivals.
  std::optional<double> uncertainty_p50 = {}, uncertainty_p99 = {};

  bool operator==(const Distribution&) const = default;
};
/// "62 samples: mean 280, sd 30.25, min 208.46, ...".
LLMLOAD_EXPORT std::ostream& operator<<(std::ostream& out, const Distribution& distribution);

/// What a metric made of a stage: a distribution, a number or a count. Empty: no request could give it.
using MetricValue =
    std::variant<std::optional<Distribution>, std::optional<double>, std::optional<std::uint64_t>>;

/// By the metrics' keys ("ttft_ms"; docs/metrics.md has them all). What is empty need not be there.
using MetricValues = std::map<std::string, MetricValue, std::less<>>;

/// Why a result is not ok, or its numbers must not be trusted. docs/own_error.md has the codes with their
/// units and limits, and what each touches.
struct LLMLOAD_EXPORT InvalidReason {
  std::string code;
  std::optional<double> value = {}, limit = {};  ///< what was found, and what may be at the most
  std::string text;                              ///< one line, with what to do about it
  double spares_up_to = 0;  ///< no percentile up to this one (0.95) is touched; 0: all may be

  /// Whether it touches a percentile of a metric ("e2e_ms"), by `q` (0.95); without it the mean and the
  /// maximum, or a rate or a share ("goodput"). A gate on one of them may tolerate a reason that does not.
  /// `name`: as summary.json has it; one that this version does not know is touched, but by lost outputs.
  [[nodiscard]] bool touches(std::string_view name, double q = 1) const noexcept;
  bool operator==(const InvalidReason&) const = default;
};
/// "sent_late (7, limit 1): requests were sent late ...".
LLMLOAD_EXPORT std::ostream& operator<<(std::ostream& out, const InvalidReason& reason);

/// Tokens that the server counts in a request beyond the prompt and the system prompt: those of its chat
/// template, with BOS. Below 0 where it counts fewer.
struct TemplateTokens {
  double mean = 0;
  std::int64_t least = 0, most = 0;

  bool operator==(const TemplateTokens&) const = default;
};

/// What a server said of its limits within some time: the lowest that is left, the highest utilisation.
struct RateLimitPoint {
  double at_seconds = 0;  ///< since the stage's start
  std::optional<std::int64_t> remaining_requests, remaining_tokens;
  std::optional<double> utilization;  ///< a share
  bool operator==(const RateLimitPoint&) const = default;
};

/// How late and how busy the tool itself was in a stage. The lags come from histograms: within 0.1 %.
struct OwnError {
  std::optional<Distribution> dispatch_lag_ms;  ///< open loop: from due (or admitted) to sent
  std::optional<Distribution> read_lag_ms;      ///< from the kernel's stamp to our read; kernel stamps only
  std::optional<Distribution> loop_lag_ms;      ///< of a timer that is due every 10 ms, in each shard
  std::optional<Distribution> prepare_lag_ms;   ///< until a request that was due, or taken, was made
  std::optional<Distribution> turnaround_ms;    ///< closed loop: from an answer's end to the next request
  std::vector<double> cpu_shares;               ///< of the stage's time, in which each shard's thread ran
  std::vector<double> wait_shares;              ///< likewise, in which it could have run and had no core
  std::vector<double> busy_shares;              ///< the two together, the p99 over the stage's seconds

  bool operator==(const OwnError&) const = default;
};

/// What a server showed of itself, over the looks that were taken during a stage, one a second.
struct ServerLevel {
  double mean = 0, max = 0;
  bool operator==(const ServerLevel&) const = default;
};

/// What the server's own page of metrics said of a stage (Plan::server_metrics): of all requests that it
/// served meanwhile, also those of others. Each is empty where the page does not have it.
struct ServerMetrics {
  std::uint64_t scrapes = 0;  ///< looks at the page: one before the stage, one behind it, one each second
  std::uint64_t failed = 0;   ///< part of them
  std::optional<ServerLevel> running = {};         ///< requests that it worked on
  std::optional<ServerLevel> queued = {};          ///< requests that waited for that
  std::optional<ServerLevel> kv_cache_share = {};  ///< used, of the cache for keys and values
  // From the stage's start to its end. Empty where a look that they need failed, and where the server was
  // started again meanwhile.
  std::optional<std::uint64_t> prefix_queries = {};  ///< that it looked up of prompts, in its own unit
  std::optional<std::uint64_t> prefix_hits = {};     ///< and found
  std::optional<std::uint64_t> preemptions = {};     ///< of requests that it put off to make room
  std::optional<double> prefix_hit_share = {};  ///< hits of the queries; else the mean of what it says itself

  bool operator==(const ServerMetrics&) const = default;
};

/// What became of the measured conversations. Those of one request are among them.
struct ConversationCounts {
  std::uint64_t begun = 0;  ///< done + broken_off, once the stage is over
  std::uint64_t done = 0;   ///< whose last turn ended well
  std::uint64_t broken_off =
      0;                    ///< by a turn that failed, or by the run's end; their later turns are not sent
  std::uint64_t turns = 0;  ///< that those have which have begun, sent or not
  /// Open loop of one rate: requests a second once as many conversations end as begin, which is later the
  /// slower the server is: beside Summary::requests_per_second.
  std::optional<double> planned_requests_per_second = {};

  bool operator==(const ConversationCounts&) const = default;
};

/// The part of a stage's measured requests that have something in common.
struct Group {
  std::string group;        ///< what: "endpoint", "model" or "turn"
  std::string key;          ///< which: the model's name; the endpoint's place in the plan's list, or the
                            ///< turn's in its conversation, "0", "1" ...; or "others"
  std::uint64_t begun = 0;  ///< ok + failed
  std::uint64_t ok = 0;
  std::array<std::uint64_t, outcome_count> by_outcome{};
  MetricValues values;  ///< of the successful ones

  bool operator==(const Group&) const = default;
};

/// The numbers of one stage. What no request could give is empty: never 0, never nan. All are of the
/// measured window's requests, but those that say so.
struct LLMLOAD_EXPORT Summary {
  Stage stage;
  std::uint64_t planned = 0;      ///< = begun + dropped + not_started; a closed loop limited by time: begun
  std::uint64_t dropped = 0;      ///< due when as many as allowed were under way, and not sent
  std::uint64_t not_started = 0;  ///< the run was cut short
  std::uint64_t begun = 0;        ///< ok + failed
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::array<std::uint64_t, outcome_count> by_outcome{};
  std::map<std::string, std::uint64_t> finish_reasons;  ///< of answers that have one, failed ones, too
  std::vector<std::uint64_t> by_shard;  ///< requests that each shard ended, outside the window, too
  std::uint64_t outside_window = 0;     ///< requests of the warm-up and the cool-down
  std::uint64_t outside_failed = 0;     ///< part of them

  Stamp stopped_at;  ///< the run was interrupted then, or MAX_ERROR_RATE stopped the stage
  std::chrono::steady_clock::time_point started_at;  ///< CLOCK_MONOTONIC: what the records' stamps count from
  std::string started_at_utc;               ///< the same moment, RFC 3339 with nanoseconds; empty: not known
  bool simulated = false;                   ///< a Simulator of the run's process answered
  CachePolicy cache = CachePolicy::shared;  ///< of its prompts
  /// From the measured window's start to the last successful response; the window's length where its times
  /// are known before the stage, and only what came inside it is in the rates a second (docs/metrics.md).
  std::optional<double> wall_seconds;
  /// How far behind the last successful response the last failed request ended; 0: none did. Empty without a
  /// successful one, and where the wall is a window's length.
  std::optional<double> tail_seconds;
  std::string schedule_hash;  ///< open loop: schedule_hash() of all its due times

  /// The metrics. Those that are named below are these.
  MetricValues values;
  /// By its key. Empty where it has no value, is of another kind, or there is no such metric.
  [[nodiscard]] const std::optional<Distribution>& distribution(std::string_view key) const noexcept;
  /// Likewise a share.
  [[nodiscard]] const std::optional<double>& number(std::string_view key) const noexcept;

  // Successful requests only. Each is a std::optional<Distribution>, but the shares, of a double.
  /// Open loop: from the due time.
  [[nodiscard]] const auto& e2e_ms() const noexcept { return distribution("e2e_ms"); }
  /// From sent.
  [[nodiscard]] const auto& service_e2e_ms() const noexcept { return distribution("service_e2e_ms"); }
  /// For room under a cap that queues; within 0.1 %.
  [[nodiscard]] const auto& queue_wait_ms() const noexcept { return distribution("queue_wait_ms"); }
  /// Of requests that opened their connection, as the next two.
  [[nodiscard]] const auto& resolve_ms() const noexcept { return distribution("resolve_ms"); }
  /// Likewise.
  [[nodiscard]] const auto& connect_ms() const noexcept { return distribution("connect_ms"); }
  /// Likewise.
  [[nodiscard]] const auto& tls_ms() const noexcept { return distribution("tls_ms"); }
  /// Between attempts, of requests with several.
  [[nodiscard]] const auto& retry_wait_ms() const noexcept { return distribution("retry_wait_ms"); }
  /// Output tokens a second of E2E, one sample a request.
  [[nodiscard]] const auto& request_output_rate() const noexcept {
    return distribution("request_output_rate");
  }
  std::optional<double> requests_per_second;
  std::optional<double> output_tokens_per_second;
  std::optional<double> input_tokens_per_second;
  std::optional<double> mean_output_tokens_per_second_per_request;
  std::optional<std::uint64_t>
      below_threshold;          ///< requests with fewer tokens a second than Plan::threshold_tps
  bool p99_supported = false;   ///< at least samples_for_p99 successful requests
  bool p999_supported = false;  ///< at least samples_for_p999

  // Streamed answers only; docs/metrics.md has the formulas.
  /// Time to the first token, of whatever kind.
  [[nodiscard]] const auto& ttft_ms() const noexcept { return distribution("ttft_ms"); }
  /// From sent.
  [[nodiscard]] const auto& service_ttft_ms() const noexcept { return distribution("service_ttft_ms"); }
  /// To the first one after the reasoning.
  [[nodiscard]] const auto& ttfo_ms() const noexcept { return distribution("ttfo_ms"); }
  /// To the first part of a tool call; a sample each request that calls one.
  [[nodiscard]] const auto& first_tool_call_ms() const noexcept { return distribution("first_tool_call_ms"); }
  /// Time per output token after the first.
  [[nodiscard]] const auto& tpot_ms() const noexcept { return distribution("tpot_ms"); }
  /// Gaps per token, one sample a token; needs a tokenizer.
  [[nodiscard]] const auto& itl_ms() const noexcept { return distribution("itl_ms"); }
  /// Gaps between reads that brought tokens, one sample each.
  [[nodiscard]] const auto& event_gap_ms() const noexcept { return distribution("event_gap_ms"); }
  /// One sample a request.
  [[nodiscard]] const auto& tokens_per_event() const noexcept { return distribution("tokens_per_event"); }
  /// Of the token events after the first of each answer.
  [[nodiscard]] const auto& merged_share() const noexcept { return number("merged_share"); }
  /// Of the streamed answers.
  [[nodiscard]] const auto& first_token_merged_share() const noexcept {
    return number("first_token_merged_share");
  }
  /// Of the merged events' whole: they came together, as far as can be told.
  [[nodiscard]] const auto& together_share() const noexcept { return number("together_share"); }
  /// Prompt tokens a second of TTFT, one sample a request.
  [[nodiscard]] const auto& request_prompt_rate() const noexcept {
    return distribution("request_prompt_rate");
  }

  // Where Plan::exact_output asks for them.
  /// Answers that have more or fewer tokens than max_tokens, of those whose tokens are known.
  [[nodiscard]] const auto& length_mismatch() const noexcept { return number("length_mismatch"); }
  /// By how many, of all of them.
  [[nodiscard]] const auto& length_difference() const noexcept { return distribution("length_difference"); }

  // Where Plan::goodput sets limits; failed requests are misses.
  std::optional<double> goodput;     ///< requests within all limits, a second
  std::optional<double> good_share;  ///< of all requests that were begun or dropped

  std::optional<std::uint64_t> output_tokens;     ///< by the tokenizer; by `usage` where there is none
  std::optional<std::uint64_t> reasoning_tokens;  ///< by the tokenizer; part of output_tokens, as the next
  std::optional<std::uint64_t> tool_tokens;
  std::optional<std::uint64_t> usage_output_tokens;     ///< as the server counts
  std::optional<std::uint64_t> usage_cached_tokens;     ///< part of the prompts', of the answers that say it
  std::optional<std::uint64_t> usage_reasoning_tokens;  ///< part of the output's, likewise
  /// Of the prompts, as many as the plan makes a prefix cache able to hold (RequestSpec::shared_tokens):
  /// beside usage_cached_tokens.
  std::optional<std::uint64_t> shared_tokens;
  /// Output tokens by `usage` / by the tokenizer, over the answers that have both; without the reasoning of
  /// both where `usage` tells it, for its text need not be in the answer.
  std::optional<double> usage_ratio;
  std::string token_doubt;  ///< a line where `usage` and tokenizer or text do not go together; empty: they do
  std::optional<std::uint64_t> short_outputs;     ///< fewer tokens than 90 % of what was asked for
  std::optional<TemplateTokens> template_tokens;  ///< needs a tokenizer and `usage`

  std::uint64_t text_dropped = 0;  ///< of the ok ones, whose text there was no room for
  std::uint64_t stale_answers =
      0;  ///< connections that were closed because bytes came that answer no request
  std::uint64_t attempts =
      0;                      ///< sendings of the measured requests; more than begun where some were repeated
  std::uint64_t retried = 0;  ///< requests that were sent more than once
  std::vector<RateLimitPoint> rate_limits;  ///< by time, at most 1,000
  /// Of all requests that were sent, warm-up and failures too, as far as their tokens are known; without a
  /// price empty.
  std::optional<double> cost;
  bool budget_spent = false;             ///< Plan::budget was used up, and no more were begun
  bool too_many_errors = false;          ///< more than MAX_ERROR_RATE failed, and no more were begun
  std::optional<double> max_error_rate;  ///< which that was; a records file does not say it
  std::uint64_t reconnects = 0;
  std::uint64_t cold_requests = 0;        ///< they had to open their connection first
  std::optional<TimeSource> time_source;  ///< of all bytes that came
  double read_timed_share = 0;            ///< of the answers, in whose stamps are times of our own reads
  bool interrupted = false;
  /// Every request failed in a way that no other load would mend (no connection, TLS, 3xx, 4xx but 429,
  /// 5xx): where none has succeeded before, further stages would only cost.
  bool dead_end = false;
  OwnError own_error;
  bool valid = true;  ///< false: the numbers must not be trusted
  std::vector<InvalidReason> invalid_reasons;
  std::vector<std::string> notes;  ///< what a reader of the numbers should know, one line each

  // The commonest failure: how often, and the commonest of its reasons.
  Outcome commonest_outcome = Outcome::ok;
  std::uint64_t commonest_count = 0;
  std::string commonest_reason;

  std::optional<ConversationCounts> conversations;  ///< where requests are turns of them
  std::optional<ServerMetrics> server;              ///< where the server has a page of metrics

  /// By endpoint, where its requests went to more than one, by model, where the plan has several, and by
  /// turn, where it has conversations; the first 64 of each, and the others together.
  std::vector<Group> groups;

  /// Two stages' pacers are the same where they are one object.
  bool operator==(const Summary&) const = default;
};
/// "4 concurrent: 62 of 64 ok, E2E p50 277.47 ms, p99 348.35 ms; not valid: sent_late".
LLMLOAD_EXPORT std::ostream& operator<<(std::ostream& out, const Summary& summary);

}  // namespace llmload
