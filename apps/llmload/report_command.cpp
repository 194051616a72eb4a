#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <llmload/error.hpp>
#include <llmload/printable.hpp>
#include <llmload/replay.hpp>
#include <llmload/report.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli.hpp"
#include "earlier_outputs.hpp"
#include "results_format.hpp"
#include "terminal.hpp"
#include "text/folder.hpp"

namespace llmload::cli {
namespace {

struct ReportArguments {
  std::vector<std::string> records;
  std::string output_dir;
  ResultsFormat format;
  std::string html;
};

/// Its exit code.
int replay(const std::string& records, Sink& sink) {
  const ReplayResult replayed = replay_records(records, sink);
  const int exit_code = tell_end(replayed.result);
  for (const std::string& what : replayed.missing)
    tell(std::string(records).append(": missing: ").append(what));
  return replayed.missing.empty() ? exit_code : output_lost;
}

int report(const ReportArguments& a) {
  if (a.records.size() > 1 && !a.output_dir.empty())
    throw InputError("--output-dir takes the files of one run, not of " + std::to_string(a.records.size()));
  const std::unique_ptr<Sink> table = a.format.make_sink(std::cout);
  std::optional<Kept<CsvSink>> csv;
  std::optional<Kept<JsonSink>> json;
  std::optional<Kept<HtmlSink>> html;
  std::vector<Sink*> sinks;
  if (!a.output_dir.empty()) {
    const std::filesystem::path folder(a.output_dir);
    text::make_folder(folder.string());
    sinks.push_back(&csv.emplace((folder / "performance_metrics.csv").string()));
    sinks.push_back(&json.emplace((folder / "summary.json").string()));
  }
  if (!a.html.empty()) sinks.push_back(&html.emplace(a.html));
  sinks.push_back(table.get());
  TeeSink sink(sinks);
  const bool names = a.records.size() > 1 && !a.format.is_json();
  int exit_code = done;
  for (const std::string& records : a.records) {
    if (names) std::cout << printable(records) << ":\n\n";
    const int its = replay(records, sink);
    // The first that is not good, but of an interrupted run, which the others' don't hide.
    if (exit_code == done || its == interrupted) exit_code = its;
    if (names && &records != &a.records.back()) std::cout << '\n';
  }
  return exit_code;
}

}  // namespace

void add_report(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<ReportArguments>();
  CLI::App* const command =
      app.add_subcommand("report", "Make a run's table again from its records.jsonl (docs/records.md)");
  command
      ->add_option("records", arguments->records, "What `run --records` wrote; several runs go onto one page")
      ->required();
  command->add_option("--output-dir", arguments->output_dir,
                      "Write performance_metrics.csv and summary.json here, too");
  command->add_option("--html", arguments->html,
                      "Write a page of charts and tables into this file (docs/html_report.md)");
  arguments->format.add_to(*command);
  command->callback([arguments, &exit_code] { exit_code = report(*arguments); });
}

}  // namespace llmload::cli
