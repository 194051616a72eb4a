#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <llmload/calibration.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli.hpp"
#include "progress_view.hpp"
#include "simulator_process.hpp"
#include "stop_signals.hpp"
#include "text/folder.hpp"

namespace llmload::cli {
namespace {

struct CalibrateArguments {
  std::vector<unsigned> concurrency;
  std::vector<double> rates;
  std::string output_dir;
  bool quiet = false;
};

std::string format(const char* how, double value) {
  char text[64];
  std::snprintf(text, sizeof text, how, value);
  return text;
}

std::string in_ms(double ms) { return format("%.3f", ms); }

std::string cell(const std::optional<ErrorSpread>& e) {
  if (!e) return "-";
  return in_ms(e->p50) + " / " + in_ms(e->p99) + " / " + in_ms(e->max);
}

std::string p99(const std::optional<Distribution>& lag) { return lag ? in_ms(lag->p99) : "-"; }

const char* word(CalibrationVerdict verdict) {
  if (verdict == CalibrationVerdict::valid) return "valid";
  return verdict == CalibrationVerdict::invalid ? "INVALID" : "void";
}

void print_heading() {
  const std::size_t cores = calibration_client_cores();
  std::cout << "Client error on loopback, network excluded: " << cores << (cores == 1 ? " core" : " cores")
            << " for the client, one for the simulated endpoint. Median / p99 / max in ms.\n"
               "| Load | Answers | First Token | Event Gap | E2E | Sent | Prepare Lag P99 | Turnaround P99 | "
               "Endpoint Late P99 | Merged (%) | Shard CPU (%) | Result |\n"
               "|------|---------|-------------|-----------|-----|------|-----------------|----------------|"
               "-------------------|------------|---------------|--------|\n";
}

void print_row(const CalibratedStage& stage) {
  const StageErrors& e = stage.errors;
  const OwnError& own = stage.summary.own_error;
  const auto& late = e.endpoint_lateness;
  std::cout << "| " << describe(stage.summary.stage) << " | " << e.compared << " | " << cell(e.first_token)
            << " | " << cell(e.event_gap) << " | " << cell(e.e2e) << " | " << cell(e.sent) << " | "
            << p99(own.prepare_lag_ms) << " | " << p99(own.turnaround_ms) << " | "
            << (late ? in_ms(late->p99) : "-") << " | "
            << format("%.3f", 100 * stage.summary.merged_share().value_or(0)) << " | "
            << format("%.0f", 100 * std::ranges::max(own.cpu_shares)) << " | " << word(stage.verdict())
            << " |" << std::endl;
}

void print_reasons(const CalibratedStage& stage) {
  const std::string load = "At " + describe(stage.summary.stage) + ": ";
  const std::string void_reason = stage.void_reason();
  if (!void_reason.empty())
    std::cout << load << "void: " << void_reason << ", so nothing follows for the client.\n";
  for (const std::string& note : stage.notes()) std::cout << load << note << ".\n";
  for (const InvalidReason& reason : stage.reasons()) std::cout << load << reason.text << ".\n";
}

void print_limit(const std::vector<CalibratedStage>& stages, const std::string& unit) {
  if (stages.empty()) return;
  const auto found = trusted_load(stages);
  if (!found) {
    std::cout << "Not valid at any number of " << unit << " that was tried.\n";
    return;
  }
  std::cout << "Valid up to about " << format("%g", found->limit) << ' ' << unit << " (at "
            << format("%g", found->shown_at) << " a shard's thread used "
            << format("%.0f", 100 * found->cpu_share) << " % of a core"
            << (found->not_shown_at ? "; " + format("%g", *found->not_shown_at) + " could not be shown to be)"
                                    : ")")
            << ".\n";
}

int run_calibration(CalibrateArguments a) {
  if (a.concurrency.empty() && a.rates.empty()) {
    a.concurrency = {1, 100, 1000};
    a.rates = {1000};
  }
  std::stop_source stop;
  const StopSignals signals([&stop] { stop.request_stop(); });
  std::optional<ProgressView> line;
  if (!a.quiet) line.emplace();
  CalibrationOptions options;
  options.start = start_process;
  options.stop = stop.get_token();
  if (line) options.progress = [&line](const Progress& progress) { line->show(progress); };

  if (!a.output_dir.empty()) text::make_folder(a.output_dir);
  print_heading();
  const auto measure = [&](auto calibrate, auto load, const std::string& name,
                           std::vector<CalibratedStage>& to) {
    if (stop.stop_requested()) return;
    if (!a.output_dir.empty()) options.folder = a.output_dir + '/' + name;
    const auto stage = calibrate(load, options);
    if (line) line->clear();
    if (!stage) return;
    print_row(*stage);
    to.push_back(*stage);
  };
  std::vector<CalibratedStage> streams, rates;
  for (const unsigned level : a.concurrency)
    measure(calibrate_streams, level, std::to_string(level) + "-streams", streams);
  for (const double rate : a.rates)
    measure(calibrate_rate, rate, format("%g-requests-a-second", rate), rates);
  line.reset();
  for (const auto& stage : streams) print_reasons(stage);
  for (const auto& stage : rates) print_reasons(stage);
  print_limit(streams,
              "streams at " + std::to_string(std::chrono::seconds{1} / calibration_gap) + " events a second");
  print_limit(rates, "requests a second of " + std::to_string(calibrated_rate_tokens) + " events each");
  if (stop.stop_requested()) return interrupted;
  const auto is_good = [](const CalibratedStage& stage) {
    return stage.verdict() == CalibrationVerdict::valid;
  };
  return std::ranges::all_of(streams, is_good) && std::ranges::all_of(rates, is_good) ? done : not_valid;
}

}  // namespace

void add_calibrate(CLI::App& app, int& exit_code) {
  const auto a = std::make_shared<CalibrateArguments>();
  CLI::App* const command =
      app.add_subcommand("calibrate", "Measure this tool's own error on this machine (docs/own_error.md)");
  command->add_option("--concurrency", a->concurrency, "Streams, as 1,100,1000")
      ->delimiter(',')
      ->check(CLI::Range(1U, 100'000U));
  command->add_option("--rate", a->rates, "Requests a second, as 100,1000")
      ->delimiter(',')
      ->check(CLI::Range(least_calibrated_rate, 1e6));
  command->add_option("--output-dir", a->output_dir,
                      "Keep the records and the endpoint's truth files here (default: nowhere)");
  command->add_flag("--quiet", a->quiet, "No progress on standard error");
  command->callback([a, &exit_code] { exit_code = run_calibration(*a); });
}

}  // namespace llmload::cli
