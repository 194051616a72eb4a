#include <algorithm>
#include <array>
#include <ostream>

#include "llmload/printable.hpp"
#include "llmload/report.hpp"
#include "report/output_file.hpp"
#include "report/remarks.hpp"
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

}  // namespace

void TableSink::on_start(const RunHeader& header) {
  stream_ = header.settings.stream;
  price_ = header.settings.price;
  open_ = std::ranges::any_of(header.stages, [](const Stage& stage) { return stage.open_loop() != nullptr; });
  std::string headings, line;
  if (header.settings.simulated) headings = std::string(report::simulated_remark) + "\n\n";
  const auto add = [&](const auto& columns) {
    for (const std::string_view column : columns) {
      headings.append("| ").append(column).append(" ");
      line += '|' + std::string(column.size() + 2, '-');
    }
  };
  add(first_columns);
  if (stream_) add(stream_columns);
  if (open_) add(open_columns);
  report::print(out_, headings + "|\n" + line + "|\n");
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
  report::print(out_, row + "|\n");
}

void TableSink::on_end(const RunResult& result) {
  std::string lines;
  const auto tell = [&lines](const std::string& line) {
    if (line.empty()) return;
    lines += printable(line);
    lines += '\n';
  };
  tell(report::cache_remark(result));
  for (const Summary& s : result.stages) {
    for (const report::Remark& remark : report::stage_remarks(s))
      tell(std::string(remark.begin) + describe(s.stage) + ": " + remark.text + '.');
  }
  tell(report::cost_remark(result, price_));
  for (const std::string& remark : report::end_remarks(result)) tell(remark);
  report::print(out_, lines);
}

}  // namespace llmload
