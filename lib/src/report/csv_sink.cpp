#include <algorithm>
#include <array>
#include <functional>

#include "llmload/printable.hpp"
#include "llmload/report.hpp"
#include "report/output_file.hpp"
#include "text/number.hpp"

namespace llmload {
namespace {

using text::rounded;
using text::rounded_or;

std::string quoted(const std::string& cell) {
  if (cell.find_first_of(",\"") == std::string::npos) return cell;
  std::string out = "\"";
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

using Metric = std::optional<Distribution> Summary::*;
using Statistic = double Distribution::*;

std::string statistic(const Summary& s, Metric metric, Statistic which) {
  return s.*metric ? rounded((*(s.*metric)).*which) : "";
}

std::string latency(const Summary& s, Statistic which) { return statistic(s, &Summary::e2e_ms, which); }

std::string count(const std::optional<std::uint64_t>& value) { return value ? std::to_string(*value) : ""; }

std::string percent(const std::optional<double>& share) { return share ? rounded(*share * 100) : ""; }

struct Column {
  std::string heading;
  std::function<std::string(const Summary&)> cell;
};

void add_statistic(std::vector<Column>& to, const std::string& heading, Metric metric, Statistic which) {
  to.push_back({heading, [metric, which](const Summary& s) { return statistic(s, metric, which); }});
}

void add_streaming(std::vector<Column>& to) {
  const std::pair<const char*, Metric> metrics[] = {{"TTFT", &Summary::ttft_ms},
                                                    {"Time to First Output Token", &Summary::ttfo_ms},
                                                    {"TPOT", &Summary::tpot_ms},
                                                    {"ITL", &Summary::itl_ms},
                                                    {"Event Gap", &Summary::event_gap_ms}};
  const std::pair<const char*, Statistic> statistics[] = {
      {"Mean", &Distribution::mean}, {"P50", &Distribution::p50}, {"P90", &Distribution::p90},
      {"P95", &Distribution::p95},   {"P99", &Distribution::p99}, {"P99.9", &Distribution::p999}};
  for (const auto& [name, metric] : metrics) {
    for (const auto& [label, which] : statistics)
      add_statistic(to, std::string(label) + " " + name + " (ms)", metric, which);
  }
  add_statistic(to, "Tokens per Event", &Summary::tokens_per_event, &Distribution::mean);
  to.push_back({"Merged Share (%)", [](const Summary& s) { return percent(s.merged_share); }});
  to.push_back({"First Tokens Merged Share (%)",
                [](const Summary& s) { return percent(s.first_token_merged_share); }});
}

void add_open_loop(std::vector<Column>& to) {
  to.push_back({"Request Rate (requests/s)",
                [](const Summary& s) { return s.stage.rate > 0 ? text::shortest(s.stage.rate) : ""; }});
  to.push_back({"Arrival", [](const Summary& s) { return s.stage.arrival; }});
  to.push_back({"Planned", [](const Summary& s) { return std::to_string(s.planned); }});
  to.push_back({"Not Started", [](const Summary& s) { return std::to_string(s.not_started); }});
  to.push_back({"Dropped", [](const Summary& s) { return std::to_string(s.dropped); }});
  to.push_back({"Outside Window", [](const Summary& s) { return std::to_string(s.outside_window); }});
  to.push_back({"Cold Requests", [](const Summary& s) { return std::to_string(s.cold_requests); }});
  const std::pair<const char*, Metric> metrics[] = {{"Service E2E", &Summary::service_e2e_ms},
                                                    {"Service TTFT", &Summary::service_ttft_ms},
                                                    {"Queue Wait", &Summary::queue_wait_ms}};
  for (const auto& [name, metric] : metrics) {
    for (const auto& [label, which] :
         {std::pair{"Mean", &Distribution::mean}, {"P50", &Distribution::p50}, {"P99", &Distribution::p99}})
      add_statistic(to, std::string(label) + " " + name + " (ms)", metric, which);
  }
}

void add_own_error(std::vector<Column>& to) {
  const std::pair<const char*, std::optional<Distribution> OwnError::*> lags[] = {
      {"Dispatch Lag", &OwnError::dispatch_lag_ms},
      {"Read Lag", &OwnError::read_lag_ms},
      {"Loop Lag", &OwnError::loop_lag_ms},
      {"Prepare Lag", &OwnError::prepare_lag_ms},
      {"Turnaround", &OwnError::turnaround_ms}};
  for (const auto& [name, lag] : lags) {
    for (const auto& [label, which] : {std::pair{"P50", &Distribution::p50}, {"P99", &Distribution::p99}}) {
      to.push_back({std::string(label) + " " + name + " (ms)", [lag = lag, which = which](const Summary& s) {
                      const auto& d = s.own_error.*lag;
                      return d ? text::decimals((*d).*which, 3) : "";
                    }});
    }
  }
  const auto add_most = [&to](const char* heading, std::vector<double> OwnError::*shares) {
    to.push_back({heading, [shares](const Summary& s) {
                    const auto& of_each = s.own_error.*shares;
                    return of_each.empty() ? "" : rounded(100 * std::ranges::max(of_each));
                  }});
  };
  add_most("Most CPU of a Shard (%)", &OwnError::cpu_shares);
  add_most("Most Wait of a Shard for a Core (%)", &OwnError::wait_shares);
  add_most("Busiest Seconds of a Shard (%)", &OwnError::busy_shares);
  const std::pair<const char*, Metric> metrics[] = {{"Latency", &Summary::e2e_ms},
                                                    {"TTFT", &Summary::ttft_ms},
                                                    {"TPOT", &Summary::tpot_ms},
                                                    {"Event Gap", &Summary::event_gap_ms},
                                                    {"Service E2E", &Summary::service_e2e_ms},
                                                    {"Service TTFT", &Summary::service_ttft_ms}};
  for (const auto& [name, metric] : metrics) {
    to.push_back({std::string("Own Error P99 of ") + name + " (ms)", [metric = metric](const Summary& s) {
                    const auto& d = s.*metric;
                    return d && d->own_error_p99 ? text::decimals(*d->own_error_p99, 3) : "";
                  }});
  }
  to.push_back({"Valid", [](const Summary& s) { return s.valid ? "yes" : "no"; }});
}

/// How far the percentiles may be too high, where events came in one read.
void add_uncertainty(std::vector<Column>& to) {
  const std::pair<const char*, Metric> metrics[] = {
      {"TTFT", &Summary::ttft_ms}, {"TPOT", &Summary::tpot_ms}, {"Event Gap", &Summary::event_gap_ms}};
  const std::pair<const char*, std::optional<double> Distribution::*> statistics[] = {
      {"P50", &Distribution::uncertainty_p50}, {"P99", &Distribution::uncertainty_p99}};
  for (const auto& [name, metric] : metrics) {
    for (const auto& [label, which] : statistics) {
      to.push_back({std::string("Uncertainty of ") + label + " " + name + " (ms)",
                    [metric = metric, which = which](const Summary& s) {
                      const auto& d = s.*metric;
                      return d && (*d).*which ? text::decimals(*((*d).*which), 3) : "";
                    }});
    }
  }
  to.push_back({"Together Share (%)", [](const Summary& s) { return percent(s.together_share); }});
  to.push_back({"Invalid", [](const Summary& s) {
                  std::string codes;
                  for (const InvalidReason& reason : s.invalid_reasons)
                    codes += (codes.empty() ? "" : " ") + reason.code;
                  return codes;
                }});
}

void add_attempts(std::vector<Column>& to) {
  to.push_back({"Attempts", [](const Summary& s) { return std::to_string(s.attempts); }});
  to.push_back({"Retried Requests", [](const Summary& s) { return std::to_string(s.retried); }});
  add_statistic(to, "Mean Retry Wait (ms)", &Summary::retry_wait_ms, &Distribution::mean);
  add_statistic(to, "P99 Retry Wait (ms)", &Summary::retry_wait_ms, &Distribution::p99);
  to.push_back({"Stopped by Errors", [](const Summary& s) { return s.too_many_errors ? "yes" : "no"; }});
  to.push_back({"Mean Template Tokens",
                [](const Summary& s) { return s.template_tokens ? rounded(s.template_tokens->mean) : ""; }});
}

/// "length 4; stop 60".
std::string finish_reasons(const Summary& s) {
  std::string text;
  for (const auto& [reason, count] : s.finish_reasons)
    text += (text.empty() ? "" : "; ") + reason + ' ' + std::to_string(count);
  return text;
}

void add_answers(std::vector<Column>& to) {
  to.push_back({"Finish Reasons", [](const Summary& s) { return finish_reasons(s); }});
  to.push_back({"Cached Prompt Tokens", [](const Summary& s) { return count(s.usage_cached_tokens); }});
  to.push_back(
      {"Reasoning Tokens by Usage", [](const Summary& s) { return count(s.usage_reasoning_tokens); }});
  to.push_back({"Usage Ratio", [](const Summary& s) { return rounded_or(s.usage_ratio, ""); }});
}

/// All columns, in their order; docs/csv.md says what each means. The first seven are the original script's.
const std::vector<Column>& columns() {
  static const std::vector<Column> all = [] {
    std::vector<Column> c = {
        {"Number of Concurrent Requests",
         [](const Summary& s) { return s.stage.concurrency > 0 ? std::to_string(s.stage.concurrency) : ""; }},
        {"P50 Latency (ms)", [](const Summary& s) { return latency(s, &Distribution::p50); }},
        {"P99 Latency (ms)", [](const Summary& s) { return latency(s, &Distribution::p99); }},
        {"RPS", [](const Summary& s) { return rounded_or(s.requests_per_second, ""); }},
        {"Output Tokens per Second",
         [](const Summary& s) { return rounded_or(s.output_tokens_per_second, ""); }},
        {"Input Tokens per Second",
         [](const Summary& s) { return rounded_or(s.input_tokens_per_second, ""); }},
        {"Average Output Tokens per Second per Request",
         [](const Summary& s) { return rounded_or(s.mean_output_tokens_per_second_per_request, ""); }},
        {"Number of Requests Below Threshold", [](const Summary& s) { return count(s.below_threshold); }},
        {"Requests", [](const Summary& s) { return std::to_string(s.begun); }},
        {"Failed", [](const Summary& s) { return std::to_string(s.failed); }},
    };
    const auto add_outcome = [&c](std::size_t i) {
      c.push_back({"Failed: " + std::string(to_string(static_cast<Outcome>(i))),
                   [i](const Summary& s) { return std::to_string(s.by_outcome[i]); }});
    };
    constexpr std::size_t first_outcomes = 21;  // later ones have their columns at the end
    for (std::size_t i = 1; i < first_outcomes; ++i) add_outcome(i);  // 0 is ok
    c.push_back({"P90 Latency (ms)", [](const Summary& s) { return latency(s, &Distribution::p90); }});
    c.push_back({"P95 Latency (ms)", [](const Summary& s) { return latency(s, &Distribution::p95); }});
    c.push_back({"Max Latency (ms)", [](const Summary& s) { return latency(s, &Distribution::max); }});
    c.push_back({"Enough Samples for P99", [](const Summary& s) { return s.p99_supported ? "yes" : "no"; }});
    c.push_back({"Reconnects", [](const Summary& s) { return std::to_string(s.reconnects); }});
    c.push_back({"Time Source", [](const Summary& s) {
                   return s.time_source ? std::string(to_string(*s.time_source)) : "";
                 }});
    c.push_back({"Interrupted", [](const Summary& s) { return s.interrupted ? "yes" : "no"; }});
    c.push_back({"P99.9 Latency (ms)", [](const Summary& s) { return latency(s, &Distribution::p999); }});
    c.push_back(
        {"Enough Samples for P99.9", [](const Summary& s) { return s.p999_supported ? "yes" : "no"; }});
    add_streaming(c);
    add_statistic(c, "Mean Output Rate per Request (tokens/s)", &Summary::request_output_rate,
                  &Distribution::mean);
    add_statistic(c, "P50 Output Rate per Request (tokens/s)", &Summary::request_output_rate,
                  &Distribution::p50);
    add_statistic(c, "Mean Prompt Rate per Request (tokens/s)", &Summary::request_prompt_rate,
                  &Distribution::mean);
    add_statistic(c, "P50 Prompt Rate per Request (tokens/s)", &Summary::request_prompt_rate,
                  &Distribution::p50);
    c.push_back({"Goodput (requests/s)", [](const Summary& s) { return rounded_or(s.goodput, ""); }});
    c.push_back({"Good Share (%)", [](const Summary& s) { return percent(s.good_share); }});
    c.push_back({"Reasoning Tokens", [](const Summary& s) { return count(s.reasoning_tokens); }});
    c.push_back({"Tool Tokens", [](const Summary& s) { return count(s.tool_tokens); }});
    add_open_loop(c);
    add_own_error(c);
    add_attempts(c);
    add_uncertainty(c);
    add_answers(c);
    for (std::size_t i = first_outcomes; i < outcome_count; ++i) add_outcome(i);
    c.push_back({"Stale Answers", [](const Summary& s) { return std::to_string(s.stale_answers); }});
    c.push_back({"Tail (s)", [](const Summary& s) { return rounded_or(s.tail_seconds, ""); }});
    c.push_back({"Simulated", [](const Summary& s) { return s.simulated ? "yes" : "no"; }});
    return c;
  }();
  return all;
}

}  // namespace

CsvSink::CsvSink(const std::string& path) : path_(path) { report::require_writable(path); }

void CsvSink::on_start(const RunHeader& /*header*/) {
  file_ = std::ofstream();
  written_ = false;
  report::open_output(file_, path_, path_);
  std::string line;
  for (const Column& column : columns()) line += (line.empty() ? "" : ",") + quoted(column.heading);
  report::write_output(file_, path_, line + "\r\n", "the headings are lost");
}

void CsvSink::on_stage(const Summary& summary) {
  std::string line;
  for (const Column& column : columns()) {
    if (&column != &columns().front()) line += ',';
    line += quoted(printable_cell(column.cell(summary)));
  }
  report::write_output(file_, path_, line + "\r\n", "the row of " + describe(summary.stage) + " is lost");
}

void CsvSink::on_end(const RunResult& /*result*/) {
  if (!file_) return;  // told already
  report::close_output(file_, path_);
  written_ = true;
}

}  // namespace llmload
