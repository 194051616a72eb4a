#include <algorithm>
#include <array>
#include <ostream>
#include <stdexcept>

#include "llmload/report.hpp"
#include "text/number.hpp"

namespace llmload {
namespace {

using text::two_decimals;

std::string cell(const std::optional<double>& value) { return value ? two_decimals(*value) : "-"; }

std::optional<double> p50(const std::optional<Distribution>& d) {
  return d ? std::optional(d->p50) : std::nullopt;
}

std::optional<double> p99(const std::optional<Distribution>& d) {
  return d ? std::optional(d->p99) : std::nullopt;
}

void check(const std::ostream& out) {
  if (!out) throw std::runtime_error("standard output: write failed: the table is lost");
}

/// How many failed, and the commonest outcome of the whole run with one stage's reason for it.
std::string failures_line(const RunResult& result) {
  std::uint64_t begun = 0, failed = 0;
  std::array<std::uint64_t, outcome_count> by_outcome{};
  for (const Summary& s : result.stages) {
    begun += s.begun;
    failed += s.failed;
    for (std::size_t i = 1; i < outcome_count; ++i) by_outcome[i] += s.by_outcome[i];  // 0 is ok
  }
  if (failed == 0) return "";
  const auto most = std::ranges::max_element(by_outcome);
  const auto outcome = static_cast<Outcome>(most - by_outcome.begin());
  std::string reason;
  std::uint64_t reason_count = 0;
  for (const Summary& s : result.stages) {
    if (s.commonest_outcome != outcome || s.commonest_count <= reason_count) continue;
    reason_count = s.commonest_count;
    reason = ": " + s.commonest_reason;
  }
  return std::to_string(failed) + " of " + std::to_string(begun) + " requests failed, most often as " +
         std::string(to_string(outcome)) + " (" + std::to_string(*most) + " times)" + reason + '\n';
}

}  // namespace

void TableSink::on_start(const Plan& plan) {
  stream_ = plan.stream;
  out_ << "| Number of Concurrent Requests | P50 Latency (ms) | P99 Latency (ms) | RPS | Output Tokens per "
          "Second | "
          "Input Tokens per Second | Average Output Tokens per Second per Request | Number of Requests Below "
          "Threshold |"
       << (stream_ ? " P50 TTFT (ms) | P99 TTFT (ms) | P50 TPOT (ms) | P99 TPOT (ms) |" : "")
       << "\n"
          "|-------------------------------|------------------|------------------|-----|---------------------"
          "-----|"
          "-------------------------|----------------------------------------------|-------------------------"
          "-------"
          "----|"
       << (stream_ ? "---------------|---------------|---------------|---------------|" : "") << "\n"
       << std::flush;
  check(out_);
}

void TableSink::on_stage(const Summary& s) {
  const auto below =
      s.below_threshold ? std::optional(static_cast<double>(*s.below_threshold)) : std::nullopt;
  std::vector values = {p50(s.e2e_ms),
                        p99(s.e2e_ms),
                        s.requests_per_second,
                        s.output_tokens_per_second,
                        s.input_tokens_per_second,
                        s.mean_output_tokens_per_second_per_request,
                        below};
  if (stream_) values.insert(values.end(), {p50(s.ttft_ms), p99(s.ttft_ms), p50(s.tpot_ms), p99(s.tpot_ms)});
  out_ << "| " << std::to_string(s.stage.concurrency);
  for (const auto& value : values) out_ << " | " << cell(value);
  out_ << " |\n" << std::flush;
  check(out_);
}

void TableSink::on_end(const RunResult& result) {
  for (const Summary& s : result.stages) {
    for (const std::string& note : s.notes) {
      out_ << "At " << std::to_string(s.stage.concurrency) << " concurrent: " << note << ".\n";
    }
  }
  if (result.interrupted)
    out_ << "INTERRUPTED: the last row and what follows from it are of a part of the run.\n";
  if (!result.ended_early.empty()) {
    out_ << "The run ended early: " << result.ended_early
         << "; the next levels would only have cost money.\n";
  }
  if (!result.valid) out_ << "NOT VALID: these numbers must not be used; see the reason below.\n";
  out_ << failures_line(result) << std::flush;
  check(out_);
}

}  // namespace llmload
