#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
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
  std::string records;
  std::string output_dir;
  ResultsFormat format;
};

int report(const ReportArguments& a) {
  const std::unique_ptr<Sink> table = a.format.make_sink(std::cout);
  std::optional<Kept<CsvSink>> csv;
  std::optional<Kept<JsonSink>> json;
  std::vector<Sink*> sinks;
  if (!a.output_dir.empty()) {
    const std::filesystem::path folder(a.output_dir);
    text::make_folder(folder.string());
    sinks.push_back(&csv.emplace((folder / "performance_metrics.csv").string()));
    sinks.push_back(&json.emplace((folder / "summary.json").string()));
  }
  sinks.push_back(table.get());
  TeeSink sink(sinks);
  const ReplayResult replayed = replay_records(a.records, sink);
  const int exit_code = tell_end(replayed.result);
  for (const std::string& what : replayed.missing) tell(a.records + ": missing: " + what);
  return replayed.missing.empty() ? exit_code : output_lost;
}

}  // namespace

void add_report(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<ReportArguments>();
  CLI::App* const command =
      app.add_subcommand("report", "Make a run's table again from its records.jsonl (docs/records.md)");
  command->add_option("records", arguments->records, "What `run --records` wrote")->required();
  command->add_option("--output-dir", arguments->output_dir,
                      "Write performance_metrics.csv and summary.json here, too");
  arguments->format.add_to(*command);
  command->callback([arguments, &exit_code] { exit_code = report(*arguments); });
}

}  // namespace llmload::cli
