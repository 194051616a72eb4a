#include "metrics/verdict/verdict.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "text/number.hpp"

namespace llmload::metrics {
namespace {

using text::rounded;

constexpr double least_dispatch_limit = 1;      // ms
constexpr double dispatch_limit = 0.01;         // of the TTFT p50
constexpr double cpu_limit = 0.9;               // of the time
constexpr double shortest_judged_by_cpu = 0.1;  // s; a burst of requests uses a core for less than this
constexpr double read_limit = 0.05;             // of the gap p50
constexpr double read_timed_limit = 0.01;       // of the answers: a lost segment is no rule
constexpr double least_uncertainty = 1;         // ms
constexpr double uncertainty_limit = 0.01;      // of the value
constexpr double dropped_limit = 0.05;          // of the answers
constexpr double loop_limit = 20;               // ms, p99: the loop stood still for 1 % of the time
constexpr double longest_stop = 200;            // ms, once

/// The highest of these percentiles at which it is within the limit; 0: at none. Of the requests, or of the
/// time, at least that share is as good as a valid stage's.
double within(const Distribution& lag, double limit) {
  double highest = 0;
  for (const auto& [q, value] : {std::pair(0.5, lag.p50), {0.9, lag.p90}, {0.95, lag.p95}, {0.99, lag.p99}}) {
    if (value <= limit) highest = q;
  }
  return highest;
}

void judge_dispatch(Summary& s, const SummarySettings& settings) {
  if (!s.own_error.dispatch_lag_ms) return;
  // The service's TTFT: that from the due time is long because requests are late.
  const double ttft = s.service_ttft_ms() ? s.service_ttft_ms()->p50 : 0;
  const double limit = std::max(least_dispatch_limit, ttft * dispatch_limit);
  const double lag = s.own_error.dispatch_lag_ms->p99;
  if (lag <= limit) return;
  std::string reason = "requests were sent late: dispatch lag p99 is " + rounded(lag) + " ms, more than " +
                       rounded(limit) + " ms; use more cores or a lower rate";
  if (s.cold_requests > 0 && !settings.own_connections) {
    reason += ". " + std::to_string(s.cold_requests) + " requests had to open their connection first: ";
    reason += s.reconnects * 2 > s.cold_requests
                  ? "the server closes idle ones, which fewer connections would leave less idle"
                  : "open more connections before the stage";
  }
  s.invalid_reasons.push_back(
      {"sent_late", lag, limit, std::move(reason), within(*s.own_error.dispatch_lag_ms, limit)});
}

/// Who waits for what is still to be made, or for the loop, sends less than it could: rates are ours.
void judge_pace(Summary& s) {
  const double e2e = s.e2e_ms() ? s.e2e_ms()->p50 : 0;
  const double limit = std::max(least_dispatch_limit, e2e * dispatch_limit);
  if (const auto& lag = s.own_error.prepare_lag_ms; lag && lag->p99 > limit) {
    s.invalid_reasons.push_back({"prepared_late", lag->p99, limit,
                                 "requests were not made in time: prepare lag p99 is " + rounded(lag->p99) +
                                     " ms, more than " + rounded(limit) +
                                     " ms; use shorter prompts or less load",
                                 within(*lag, limit)});
  }
  const auto& turnaround = s.own_error.turnaround_ms;
  if (!turnaround || s.wall_seconds < shortest_judged_by_cpu || turnaround->mean <= limit) return;
  s.invalid_reasons.push_back({"turnaround", turnaround->mean, limit,
                               "sessions took their next request " + rounded(turnaround->mean) +
                                   " ms behind an answer's end, on average, more than " + rounded(limit) +
                                   " ms: rates are lower for it; use more cores or less load"});
}

void judge_cpu(Summary& s) {
  const auto& busy = s.own_error.busy_shares;
  if (busy.empty() || s.wall_seconds < shortest_judged_by_cpu) return;
  const double most = std::ranges::max(busy);
  if (most <= cpu_limit) return;
  s.invalid_reasons.push_back({"client_busy", most, cpu_limit,
                               "the client was too busy: in its busiest seconds (p99) a shard's thread ran, "
                               "or waited for a core, for " +
                                   rounded(100 * most) + " % of the time, more than " +
                                   rounded(100 * cpu_limit) + " %; use more cores or less load"});
}

void judge_reads(Summary& s) {
  if (s.read_timed_share <= read_timed_limit || !s.event_gap_ms()) return;
  // Where the kernel stamps nothing, the loop's lag is the best that we know.
  const auto& lag = s.own_error.read_lag_ms ? s.own_error.read_lag_ms : s.own_error.loop_lag_ms;
  const double limit = read_limit * s.event_gap_ms()->p50;
  if (!lag || lag->p99 <= limit) return;
  s.invalid_reasons.push_back(
      {"read_late", lag->p99, limit,
       "arrivals are timed at our own reads, and these were late: p99 " + rounded(lag->p99) +
           " ms, more than " + rounded(limit) +
           " ms, which is 5 % of the event gap p50; use the kernel's time, more cores or less load"});
}

/// A loop that stands still sends nothing: the rates are not the endpoint's.
void judge_loop(Summary& s) {
  if (!s.own_error.loop_lag_ms) return;
  const Distribution& lag = *s.own_error.loop_lag_ms;
  const std::string advice = "; the process was stopped, or the machine was";
  if (lag.max > longest_stop) {
    s.invalid_reasons.push_back({"loop_stopped", lag.max, longest_stop,
                                 "a shard's loop stood still for " + rounded(lag.max) + " ms, more than " +
                                     rounded(longest_stop) + " ms" + advice,
                                 within(lag, loop_limit)});
  } else if (lag.p99 > loop_limit) {
    s.invalid_reasons.push_back({"loop_late", lag.p99, loop_limit,
                                 "a shard's loop was late: loop lag p99 is " + rounded(lag.p99) +
                                     " ms, more than " + rounded(loop_limit) + " ms" + advice,
                                 within(lag, loop_limit)});
  }
}

/// Tokens of two counters, and gaps of the shorter answers alone.
void judge_dropped_texts(Summary& s) {
  if (s.text_dropped == 0) return;
  const double share = static_cast<double>(s.text_dropped) / static_cast<double>(s.ok);
  if (share <= dropped_limit) return;
  s.invalid_reasons.push_back(
      {"text_dropped", share, dropped_limit,
       "there was no room for the texts of " + rounded(100 * share) + " % of the answers, more than " +
           rounded(100 * dropped_limit) +
           " %: their tokens are the server's; raise MAX_WAITING_BYTES, or use shorter "
           "answers"});
}

void judge_first_tokens(Summary& s) {
  if (!s.ttft_ms()) return;
  const auto& ttft = *s.ttft_ms();
  for (const auto& [name, value, uncertainty, certain_up_to] :
       {std::tuple("p50", ttft.p50, ttft.uncertainty_p50, 0.0),
        {"p99", ttft.p99, ttft.uncertainty_p99, 0.5}}) {
    const double limit = std::max(least_uncertainty, uncertainty_limit * value);
    if (uncertainty.value_or(0) <= limit) continue;
    s.invalid_reasons.push_back({"arrivals_uncertain", uncertainty, limit,
                                 "first tokens may have come earlier than they were read: TTFT " +
                                     std::string(name) + " is " + rounded(value) + " ms, or up to " +
                                     rounded(*uncertainty) + " ms less, more than " + rounded(limit) +
                                     " ms; use more cores or less load",
                                 certain_up_to});
    return;
  }
}

}  // namespace

void judge(Summary& s, const SummarySettings& settings) {
  if (s.ok == 0 && s.begun > 0 && !s.interrupted)
    s.invalid_reasons.push_back({"all_failed", {}, {}, "every request failed: " + s.commonest_reason});
  if (s.begun == 0 && s.dropped > 0) {
    s.invalid_reasons.push_back(
        {"all_dropped",
         {},
         {},
         "every request was dropped: as many as the cap allows were always under way"});
  }
  // One that was stopped, or still runs, has a word of its own.
  if (s.begun == 0 && s.dropped == 0 && !s.stopped_at) {
    s.invalid_reasons.push_back({"none_measured", {}, {}, "no request was begun in the measured window"});
  }
  judge_dispatch(s, settings);
  judge_pace(s);
  judge_cpu(s);
  judge_reads(s);
  judge_loop(s);
  judge_first_tokens(s);
  judge_dropped_texts(s);
  s.valid = s.invalid_reasons.empty();
}

void judge_accounts(Summary& s, const StageEnd& end) {
  const auto note = [&s](std::uint64_t begun, const std::string& what, std::uint64_t there) {
    s.invalid_reasons.push_back({"accounts", static_cast<double>(begun), static_cast<double>(there),
                                 std::to_string(begun) + " requests were begun" + what + ", and " +
                                     std::to_string(there) +
                                     " are accounted for: a fault of llmload's own, please report it"});
    s.valid = false;
  };
  if (end.begun && *end.begun != s.begun) note(*end.begun, "", s.begun);
  if (end.begun_outside && *end.begun_outside != s.outside_window)
    note(*end.begun_outside, " outside the measured window", s.outside_window);
  if (s.begun + s.dropped > s.planned) note(s.begun + s.dropped, " or dropped", s.planned);
}

void conclude(const Summary& stage, RunResult& result) {
  const bool any_ok = std::ranges::any_of(result.stages, [](const Summary& s) { return s.ok > 0; });
  if (stage.dead_end && !any_ok)
    result.ended_early = "every request failed (" + stage.commonest_reason + ") as it would at any load";
  if (!stage.valid) result.valid = false;
  for (InvalidReason reason : stage.invalid_reasons) {
    reason.text = "at " + describe(stage.stage) + ": " + reason.text;
    result.invalid_reasons.push_back(std::move(reason));
  }
  if (!stage.too_many_errors) return;
  const double share = static_cast<double>(stage.failed) / static_cast<double>(stage.begun);
  result.limits_not_met.push_back(
      {"max_error_rate", share, stage.max_error_rate,
       "at " + describe(stage.stage) + ": more requests failed than the plan allows"});
}

void judge_limits(std::span<const Condition> fail_if, RunResult& result) {
  for (const Condition& condition : fail_if) {
    for (const Summary& s : result.stages) {
      if (!condition.is_about(s.stage) || condition.holds(s) == false) continue;
      const auto value = value_of(s, condition.value);
      const std::string found = value ? " is " + text::shortest(*value) : " has no value";
      result.limits_not_met.push_back({"fail_if", value, condition.limit,
                                       "at " + describe(s.stage) + ": " + condition.value + found +
                                           ", and the run is to fail if " + condition.text()});
    }
  }
}

void conclude(RunResult& result) {
  const bool begun = std::ranges::any_of(result.stages, [](const Summary& s) { return s.begun > 0; });
  if (begun || !result.interrupted) return;
  result.valid = false;
  result.invalid_reasons.push_back({"not_begun", {}, {}, "the run was stopped before its first request"});
}

}  // namespace llmload::metrics
