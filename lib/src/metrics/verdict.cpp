#include "metrics/verdict.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "text/number.hpp"

namespace llmload::metrics {
namespace {

constexpr double least_dispatch_limit = 1;      // ms
constexpr double dispatch_limit = 0.01;         // of the TTFT p50
constexpr double cpu_limit = 0.9;               // of the time
constexpr double shortest_judged_by_cpu = 0.1;  // s; a burst of requests uses a core for less than this
constexpr double read_limit = 0.05;             // of the gap p50
constexpr double merged_limit = 0.01;           // of the first tokens

void judge_dispatch(Summary& s, const FoldSettings& settings) {
  if (!s.own_error.dispatch_lag_ms) return;
  // The service's TTFT: that from the due time is long because requests are late.
  const double ttft = s.service_ttft_ms ? s.service_ttft_ms->p50 : 0;
  const double limit = std::max(least_dispatch_limit, ttft * dispatch_limit);
  const double lag = s.own_error.dispatch_lag_ms->p99;
  if (lag <= limit) return;
  std::string reason = "requests were sent late: dispatch lag p99 is " + text::rounded(lag) +
                       " ms, more than " + text::rounded(limit) + " ms; use more CORES or a lower rate";
  if (s.cold_requests > 0 && !settings.own_connections) {
    reason += ". " + std::to_string(s.cold_requests) + " requests had to open their connection first: ";
    reason += s.reconnects * 2 > s.cold_requests
                  ? "the server closes idle ones, which fewer CONNECTIONS would leave less idle"
                  : "open more CONNECTIONS before the stage";
  }
  s.invalid_reasons.push_back(std::move(reason));
}

void judge_cpu(Summary& s) {
  const auto& busy = s.own_error.busy_shares;
  if (busy.empty() || s.wall_seconds < shortest_judged_by_cpu) return;
  const double most = std::ranges::max(busy);
  if (most <= cpu_limit) return;
  s.invalid_reasons.push_back(
      "the client was too busy: in its busiest seconds (p99) a shard's thread ran, or waited for a core, "
      "for " +
      text::rounded(100 * most) + " % of the time, more than " + text::rounded(100 * cpu_limit) +
      " %; use more CORES or less load");
}

void judge_reads(Summary& s) {
  if (s.time_source == TimeSource::kernel || !s.event_gap_ms) return;
  // Where the kernel stamps nothing, the loop's lag is the best that we know.
  const auto& lag = s.own_error.read_lag_ms ? s.own_error.read_lag_ms : s.own_error.loop_lag_ms;
  const double limit = read_limit * s.event_gap_ms->p50;
  if (!lag || lag->p99 <= limit) return;
  s.invalid_reasons.push_back("arrivals are timed at our own reads, and these were late: p99 " +
                              text::rounded(lag->p99) + " ms, more than 5 % of the event gap p50 (" +
                              text::rounded(limit) + " ms); use TIME_SOURCE kernel, more CORES or less load");
}

void judge_first_tokens(Summary& s) {
  const double share = s.first_token_merged_share.value_or(0);
  if (share <= merged_limit || !s.ttft_ms) return;
  const auto answers = static_cast<double>(s.ttft_ms->count);
  s.invalid_reasons.push_back(text::rounded(100 * share) + " % of the first tokens (" +
                              text::rounded(std::round(share * answers)) + " of " + text::rounded(answers) +
                              ") came in one read with a later one, more than " +
                              text::rounded(100 * merged_limit) +
                              " %: their TTFT may be late; use more CORES or less load, unless the server "
                              "itself sends them together");
}

}  // namespace

void judge(Summary& s, const FoldSettings& settings) {
  if (s.ok == 0 && s.begun > 0 && !s.interrupted)
    s.invalid_reasons.push_back("every request failed: " + s.commonest_reason);
  if (s.begun == 0 && s.dropped > 0)
    s.invalid_reasons.emplace_back(
        "every request was dropped: as many as MAX_CONCURRENCY were always under way");
  judge_dispatch(s, settings);
  judge_cpu(s);
  judge_reads(s);
  judge_first_tokens(s);
  s.valid = s.invalid_reasons.empty();
}

void judge_accounts(Summary& s, const StageEnd& end) {
  const auto note = [&s](std::uint64_t begun, const std::string& what, std::uint64_t there) {
    s.invalid_reasons.push_back(std::to_string(begun) + " requests were begun" + what + ", and " +
                                std::to_string(there) +
                                " are accounted for: a fault of llmload's own, please report it");
    s.valid = false;
  };
  if (end.begun && *end.begun != s.begun) note(*end.begun, "", s.begun);
  if (end.begun_outside && *end.begun_outside != s.outside_window)
    note(*end.begun_outside, " outside the measured window", s.outside_window);
  if (s.begun + s.dropped > s.planned) note(s.begun + s.dropped, " or dropped", s.planned);
}

void conclude(const Summary& stage, RunResult& result) {
  if (stage.refused) result.ended_early = "every request was refused (" + stage.commonest_reason + ")";
  if (!stage.valid) result.valid = false;
  for (const std::string& reason : stage.invalid_reasons)
    result.invalid_reasons.push_back("at " + describe(stage.stage) + ": " + reason);
}

}  // namespace llmload::metrics
