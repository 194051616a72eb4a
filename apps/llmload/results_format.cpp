#include "results_format.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <llmload/error.hpp>

#include "terminal.hpp"

namespace llmload::cli {

void ResultsFormat::add_to(CLI::App& command) {
  command
      .add_option("--format", format_,
                  "table, markdown or json: how the numbers are printed (default: table on a terminal, else "
                  "markdown)")
      ->check(CLI::IsMember({"table", "markdown", "json"}));
  command
      .add_option("--columns", columns_,
                  "The table's columns, with commas between: ok,failed,ttft_ms.p95,requests_per_second")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
}

std::string ResultsFormat::name() const {
  if (!format_.empty()) return format_;
  return !columns_.empty() || isatty(STDOUT_FILENO) == 1 ? "table" : "markdown";
}

std::unique_ptr<Sink> ResultsFormat::make_sink(std::ostream& out) const {
  const std::string form = name();
  if (!columns_.empty() && form != "table") throw InputError("--columns: is for --format table");
  if (form == "markdown") return std::make_unique<TableSink>(out);
  if (form == "json") return std::make_unique<JsonTextSink>(out);
  return std::make_unique<TerminalSink>(out, style_of(STDOUT_FILENO), columns_);
}

}  // namespace llmload::cli
