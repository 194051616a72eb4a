#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ostream>
#include <stdexcept>

#include "llmload/printable.hpp"
#include "llmload/report.hpp"
#include "text/number.hpp"

namespace llmload {
namespace {

std::string cell(const std::optional<double>& value) { return value ? text::decimals(*value, 2) : "-"; }

/// With what a calibration found beside it.
std::string cell(const std::optional<Distribution>& d, double Distribution::*which) {
  if (!d) return "-";
  const std::string value = text::decimals((*d).*which, 2);
  return d->own_error_p99 ? value + " ±" + text::decimals(*d->own_error_p99, 3) : value;
}

constexpr std::array first_columns = {"Number of Concurrent Requests",
                                      "P50 Latency (ms)",
                                      "P99 Latency (ms)",
                                      "RPS",
                                      "Output Tokens per Second",
                                      "Input Tokens per Second",
                                      "Average Output Tokens per Second per Request",
                                      "Number of Requests Below Threshold"};
constexpr std::array stream_columns = {"P50 TTFT (ms)", "P99 TTFT (ms)", "P50 TPOT (ms)", "P99 TPOT (ms)"};
constexpr std::array open_columns = {"Request Rate", "P50 Service E2E (ms)",  "P99 Service E2E (ms)",
                                     "Dropped",      "P99 Dispatch Lag (ms)", "Valid"};

void put(std::ostream& out, const std::string& text) {
  errno = 0;
  out << text << std::flush;
  if (out) return;
  const std::string reason = errno != 0 ? std::string(std::strerror(errno)) + ": " : "";
  throw std::runtime_error("standard output: write failed: " + reason + "the table is lost");
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
         std::string(to_string(outcome)) + " (" + std::to_string(*most) + " times)" + reason;
}

/// Where there is more than one kind, or one of an answer that was given up; else "".
std::string finish_line(const Summary& s) {
  std::string line;
  bool bad = false;
  for (const auto& [reason, count] : s.finish_reasons) {
    line += (line.empty() ? "" : ", ") + std::to_string(count) + ' ' + reason;
    const Finish finish = finish_of(reason);
    bad = bad || finish == Finish::failed || finish == Finish::filtered;
  }
  if (s.finish_reasons.size() < 2 && !bad) return "";
  return "At " + describe(s.stage) + ": answers ended with " + line + '.';
}

}  // namespace

void TableSink::on_start(const RunHeader& header) {
  stream_ = header.settings.stream;
  open_ = std::ranges::any_of(header.stages, [](const Stage& stage) { return stage.open_loop() != nullptr; });
  std::string headings, line;
  if (header.settings.simulated) headings = "SIMULATED: a simulated endpoint of this process answers.\n\n";
  const auto add = [&](const auto& columns) {
    for (const std::string_view column : columns) {
      headings.append("| ").append(column).append(" ");
      line += '|' + std::string(column.size() + 2, '-');
    }
  };
  add(first_columns);
  if (stream_) add(stream_columns);
  if (open_) add(open_columns);
  put(out_, headings + "|\n" + line + "|\n");
}

void TableSink::on_stage(const Summary& s) {
  const auto below =
      s.below_threshold ? std::optional(static_cast<double>(*s.below_threshold)) : std::nullopt;
  const auto concurrency = s.stage.concurrency();
  std::vector<std::string> cells = {concurrency ? std::to_string(*concurrency) : "-",
                                    cell(s.e2e_ms(), &Distribution::p50),
                                    cell(s.e2e_ms(), &Distribution::p99),
                                    cell(s.requests_per_second),
                                    cell(s.output_tokens_per_second),
                                    cell(s.input_tokens_per_second),
                                    cell(s.mean_output_tokens_per_second_per_request),
                                    cell(below)};
  if (stream_) {
    for (const auto* metric : {&s.ttft_ms(), &s.tpot_ms()}) {
      cells.push_back(cell(*metric, &Distribution::p50));
      cells.push_back(cell(*metric, &Distribution::p99));
    }
  }
  if (open_) {
    cells.push_back(s.stage.open_loop() != nullptr ? markdown_cell(describe(s.stage)) : "-");
    cells.push_back(cell(s.service_e2e_ms(), &Distribution::p50));
    cells.push_back(cell(s.service_e2e_ms(), &Distribution::p99));
    cells.push_back(std::to_string(s.dropped));
    const auto& lag = s.own_error.dispatch_lag_ms;
    cells.push_back(lag ? text::decimals(lag->p99, 3) : "-");
    cells.emplace_back(s.valid ? "yes" : "no");
  }
  std::string row;
  for (const std::string& text : cells) row += "| " + text + ' ';
  put(out_, row + "|\n");
}

void TableSink::on_end(const RunResult& result) {
  std::string lines;
  const auto tell = [&lines](const std::string& line) {
    if (line.empty()) return;
    lines += printable(line);
    lines += '\n';
  };
  const bool talks =
      std::ranges::any_of(result.stages, [](const Summary& s) { return s.conversations.has_value(); });
  if (std::ranges::any_of(result.stages, [](const Summary& s) { return s.cache == CachePolicy::unique; }))
    tell(talks ? "CACHE is unique: no two conversations, of this run or of others, begin alike."
               : "CACHE is unique: no two prompts, of this run or of others, begin alike.");
  for (const Summary& s : result.stages) {
    const std::string at = describe(s.stage) + ": ";
    if (!s.token_doubt.empty()) tell("TOKENS IN DOUBT at " + at + s.token_doubt + '.');
    tell(finish_line(s));
    for (const std::string& note : s.notes) tell(std::string("At ").append(at).append(note).append("."));
  }
  if (result.interrupted)
    tell("INTERRUPTED: the last row and what follows from it are of a part of the run.");
  if (!result.ended_early.empty()) {
    tell("The run ended early: " + result.ended_early + "; the next levels would only have cost money.");
  }
  if (!result.valid) tell("NOT VALID: these numbers must not be used; see the reason below.");
  tell(failures_line(result));
  put(out_, lines);
}

}  // namespace llmload
