#include <algorithm>
#include <array>
#include <functional>
#include <ostream>
#include <stdexcept>

#include "llmload/error.hpp"
#include "llmload/report.hpp"
#include "text/number.hpp"

namespace llmload {
namespace {

using text::rounded;
using text::rounded_or;

std::string quoted(const std::string& cell) {
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string out = "\"";
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string latency(const Summary& s, double Distribution::*percentile) {
  return s.e2e_ms ? rounded((*s.e2e_ms).*percentile) : "";
}

struct Column {
  std::string heading;
  std::function<std::string(const Summary&)> cell;
};

/// All columns, in their order; docs/csv.md says what each means. The first seven are the original script's.
const std::vector<Column>& columns() {
  static const std::vector<Column> all = [] {
    std::vector<Column> c = {
        {"Number of Concurrent Requests",
         [](const Summary& s) { return std::to_string(s.stage.concurrency); }},
        {"P50 Latency (ms)", [](const Summary& s) { return latency(s, &Distribution::p50); }},
        {"P99 Latency (ms)", [](const Summary& s) { return latency(s, &Distribution::p99); }},
        {"RPS", [](const Summary& s) { return rounded_or(s.requests_per_second, ""); }},
        {"Output Tokens per Second",
         [](const Summary& s) { return rounded_or(s.output_tokens_per_second, ""); }},
        {"Input Tokens per Second",
         [](const Summary& s) { return rounded_or(s.input_tokens_per_second, ""); }},
        {"Average Output Tokens per Second per Request",
         [](const Summary& s) { return rounded_or(s.mean_output_tokens_per_second_per_request, ""); }},
        {"Number of Requests Below Threshold",
         [](const Summary& s) { return s.below_threshold ? std::to_string(*s.below_threshold) : ""; }},
        {"Requests", [](const Summary& s) { return std::to_string(s.begun); }},
        {"Failed", [](const Summary& s) { return std::to_string(s.failed); }},
    };
    for (std::size_t i = 1; i < outcome_count; ++i) {  // 0 is ok
      c.push_back({"Failed: " + std::string(to_string(static_cast<Outcome>(i))),
                   [i](const Summary& s) { return std::to_string(s.by_outcome[i]); }});
    }
    c.push_back({"P90 Latency (ms)", [](const Summary& s) { return latency(s, &Distribution::p90); }});
    c.push_back({"P95 Latency (ms)", [](const Summary& s) { return latency(s, &Distribution::p95); }});
    c.push_back({"Max Latency (ms)", [](const Summary& s) { return latency(s, &Distribution::max); }});
    c.push_back({"Enough Samples for P99", [](const Summary& s) { return s.p99_supported ? "yes" : "no"; }});
    c.push_back({"Reconnects", [](const Summary& s) { return std::to_string(s.reconnects); }});
    c.push_back({"Time Source", [](const Summary& s) { return std::string(to_string(s.time_source)); }});
    c.push_back({"Interrupted", [](const Summary& s) { return s.interrupted ? "yes" : "no"; }});
    return c;
  }();
  return all;
}

}  // namespace

CsvSink::CsvSink(const std::string& path) : path_(path) {
  // Without emptying it: what an earlier run left is only replaced when this one starts.
  if (!std::ofstream(path, std::ios::app)) throw InputError(path + ": can't be written");
}

void CsvSink::on_start(const Plan& /*plan*/) {
  file_.open(path_, std::ios::binary | std::ios::trunc);
  std::string line;
  for (const Column& column : columns()) line += (line.empty() ? "" : ",") + quoted(column.heading);
  file_ << line << "\r\n" << std::flush;
  if (!file_) throw std::runtime_error(path_ + ": write failed");
}

void CsvSink::on_stage(const Summary& summary) {
  std::string line;
  for (const Column& column : columns()) {
    if (&column != &columns().front()) line += ',';
    line += quoted(column.cell(summary));
  }
  file_ << line << "\r\n" << std::flush;
  if (!file_)
    throw std::runtime_error(path_ + ": write failed: the row of concurrency " +
                             std::to_string(summary.stage.concurrency) + " is lost");
}

}  // namespace llmload
