#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <llmload/error.hpp>
#include <llmload/llmload.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "calibration.hpp"
#include "cli.hpp"
#include "progress_line.hpp"
#include "stop_signals.hpp"

namespace llmload::cli {
namespace {

constexpr std::chrono::seconds stage_lasts{6};
constexpr double least_rate = 2;      // fewer have too few answers in that time
constexpr unsigned rate_tokens = 16;  // short answers: a rate is about requests

struct CalibrateArguments {
  std::vector<unsigned> concurrency;
  std::vector<double> rates;
  std::string output_dir;
  bool quiet = false;
};

Plan plan_of(Stage stage, unsigned tokens) {
  stage.requests = 0;
  stage.duration = stage_lasts;
  Plan plan;
  plan.source = std::make_shared<PromptList>(std::vector<std::string>{"What does a load test measure?"});
  plan.stream = true;
  plan.max_tokens = tokens;
  plan.stages = {std::move(stage)};
  return plan;
}

Plan streams_plan(unsigned streams) { return plan_of({.concurrency = streams}, calibration_tokens(streams)); }

Plan rate_plan(double rate) {
  Stage stage{.concurrency = 0};
  stage.pacer = make_poisson_pacer(rate, 1, {.duration = stage_lasts});
  stage.arrival = "poisson";
  stage.rate = rate;
  return plan_of(std::move(stage), rate_tokens);
}

std::string format(const char* how, double value) {
  char text[64];
  std::snprintf(text, sizeof text, how, value);
  return text;
}

std::string cell(const std::optional<ErrorSpread>& e) {
  if (!e) return "-";
  return in_ms(e->p50) + " / " + in_ms(e->p99) + " / " + in_ms(e->max);
}

double most_cpu(const CalibratedStage& stage) { return std::ranges::max(stage.summary.own_error.cpu_shares); }

std::string verdict(const CalibratedStage& stage) {
  if (!stage.reasons().empty()) return "INVALID";  // also beside an endpoint that was late: they are ours
  return stage.void_reason().empty() ? "valid" : "void";
}

void print_heading() {
  const std::size_t cores = client_cores().size();
  std::cout << "Client error on loopback, network excluded: " << cores << (cores == 1 ? " core" : " cores")
            << " for the client, one for the simulated endpoint. Median / p99 / max in ms.\n"
               "| Load | Answers | First Token | Event Gap | E2E | Sent | Endpoint Late P99 | Merged (%) | "
               "Shard CPU (%) | Result |\n"
               "|------|---------|-------------|-----------|-----|------|-------------------|------------|"
               "---------------|--------|\n";
}

void print_row(const CalibratedStage& stage) {
  const StageErrors& e = stage.errors;
  const auto& late = e.endpoint_lateness;
  std::cout << "| " << describe(stage.summary.stage) << " | " << e.compared << " | " << cell(e.first_token)
            << " | " << cell(e.event_gap) << " | " << cell(e.e2e) << " | " << cell(e.sent) << " | "
            << (late ? in_ms(late->p99) : "-") << " | "
            << format("%.3f", 100 * stage.summary.merged_share.value_or(0)) << " | "
            << format("%.0f", 100 * most_cpu(stage)) << " | " << verdict(stage) << " |" << std::endl;
}

void print_reasons(const CalibratedStage& stage) {
  const std::string load = describe(stage.summary.stage);
  const std::string void_reason = stage.void_reason();
  if (!void_reason.empty())
    std::cout << "At " << load << ": void: " << void_reason << ", so nothing follows for the client.\n";
  const auto& first = stage.errors.first_token;
  if (first && first->count < samples_for_p99) {
    std::cout << "At " << load << ": a p99 of " << first->count
              << " first tokens is hardly less than their maximum.\n";
  }
  for (const std::string& reason : stage.reasons()) std::cout << "At " << load << ": " << reason << ".\n";
}

/// Two digits, rounded down.
double about(double value) {
  const double unit = std::pow(10, std::floor(std::log10(value)) - 1);
  return std::floor(value / unit) * unit;
}

/// Up to where these stages say that this machine may be trusted: the largest good one, and from there to
/// where its CPU share reaches the limit of a valid stage, but not to what was tried and was not good.
void print_limit(const std::vector<CalibratedStage>& stages, double Stage::*rate, const std::string& unit) {
  constexpr double cpu_limit = 0.9, farthest = 4;  // times what was tried
  const auto load = [rate](const CalibratedStage& s) {
    return rate != nullptr ? s.summary.stage.*rate : s.summary.stage.concurrency;
  };
  const CalibratedStage* best = nullptr;
  std::optional<double> least_bad;
  for (const CalibratedStage& s : stages) {
    if (verdict(s) == "valid" && (best == nullptr || load(s) > load(*best))) best = &s;
  }
  for (const CalibratedStage& s : stages) {
    const bool beyond = best == nullptr || load(s) > load(*best);
    if (verdict(s) != "valid" && beyond) least_bad = std::min(load(s), least_bad.value_or(load(s)));
  }
  if (stages.empty()) return;
  if (best == nullptr) {
    std::cout << "Not valid at any number of " << unit << " that was tried.\n";
    return;
  }
  const double times = std::min(farthest, cpu_limit / most_cpu(*best));
  double limit = std::max(load(*best), about(load(*best) * times));
  const bool bounded = least_bad && limit >= *least_bad;
  if (bounded) limit = load(*best);
  std::cout << "Valid up to about " << format("%g", limit) << ' ' << unit << " (at "
            << format("%g", load(*best)) << " a shard's thread used " << format("%.0f", 100 * most_cpu(*best))
            << " % of a core"
            << (bounded ? "; " + format("%g", *least_bad) + " could not be shown to be)" : ")") << ".\n";
}

int run_calibration(CalibrateArguments a) {
  if (a.concurrency.empty() && a.rates.empty()) {
    a.concurrency = {1, 100, 1000};
    a.rates = {1000};
  }
  std::stop_source stop;
  const StopSignals signals([&stop] { stop.request_stop(); });
  std::optional<TemporaryFolder> temporary;
  const std::string folder = a.output_dir.empty() ? temporary.emplace().path() : a.output_dir;
  std::optional<ProgressLine> line;
  if (!a.quiet) line.emplace();
  RunOptions options;
  options.stop = stop.get_token();
  if (line) options.progress = [&line](const Progress& progress) { line->show(progress); };

  make_folder(folder);
  print_heading();
  const auto measure = [&](const Plan& plan, const std::string& name, std::vector<CalibratedStage>& to) {
    if (stop.stop_requested()) return;
    const auto stage = calibrate(plan, folder + '/' + name, options);
    if (line) line->clear();
    if (!stage) return;
    print_row(*stage);
    to.push_back(*stage);
  };
  std::vector<CalibratedStage> streams, rates;
  for (const unsigned level : a.concurrency)
    measure(streams_plan(level), std::to_string(level) + "-streams", streams);
  for (const double rate : a.rates) measure(rate_plan(rate), format("%g-requests-a-second", rate), rates);
  line.reset();
  for (const auto& stage : streams) print_reasons(stage);
  for (const auto& stage : rates) print_reasons(stage);
  print_limit(streams, nullptr,
              "streams at " + std::to_string(1000 / calibration_gap_ms) + " events a second");
  print_limit(rates, &Stage::rate, "requests a second of " + std::to_string(rate_tokens) + " events each");
  if (stop.stop_requested()) return interrupted;
  const auto is_good = [](const CalibratedStage& stage) { return verdict(stage) == "valid"; };
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
      ->check(CLI::Range(least_rate, 1e6));
  command->add_option("--output-dir", a->output_dir,
                      "Keep the records and the endpoint's truth files here (default: nowhere)");
  command->add_flag("--quiet", a->quiet, "No progress on standard error");
  command->callback([a, &exit_code] { exit_code = run_calibration(*a); });
}

}  // namespace llmload::cli
