#include "llmload/printable.hpp"
#include "llmload/report.hpp"
#include "metrics/metric.hpp"
#include "report/csv_columns.hpp"
#include "report/output_file.hpp"

namespace llmload {
namespace {

std::string quoted(const std::string& cell) {
  if (cell.find_first_of(",\"") == std::string::npos) return cell;
  std::string out = "\"";
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

const std::vector<report::CsvColumn>& columns() {
  static const auto all = report::csv_columns(metrics::catalogue());
  return all;
}

}  // namespace

CsvSink::CsvSink(const std::string& path) : path_(path) { report::require_writable(path); }

void CsvSink::on_start(const RunHeader& header) {
  label_ = quoted(printable_cell(header.label));
  file_ = std::ofstream();
  written_ = false;
  report::open_output(file_, path_, path_);
  std::string line;
  for (const report::CsvColumn& column : columns())
    line += (line.empty() ? "" : ",") + quoted(column.heading);
  report::write_output(file_, path_, line + ",Label\r\n", "the headings are lost");
}

void CsvSink::on_stage(const Summary& summary) {
  std::string line;
  for (const report::CsvColumn& column : columns()) {
    if (&column != &columns().front()) line += ',';
    line += quoted(printable_cell(column.cell(summary)));
  }
  report::write_output(file_, path_, line + ',' + label_ + "\r\n",
                       "the row of " + describe(summary.stage) + " is lost");
}

void CsvSink::on_end(const RunResult& /*result*/) {
  if (!file_) return;  // told already
  report::close_output(file_, path_);
  written_ = true;
}

}  // namespace llmload
