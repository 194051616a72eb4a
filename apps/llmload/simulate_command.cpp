#include <sys/prctl.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iostream>
#include <llmload/error.hpp>
#include <llmload/simulator.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli.hpp"
#include "fault_rule.hpp"
#include "stop_signals.hpp"
#include "terminal.hpp"

namespace llmload::cli {
namespace {

struct SimulateArguments {
  SimulatorOptions options;
  double ttft_ms = 50, gap_ms = 20, jitter_ms = 0;
  double step_base_ms = 10, step_per_stream_ms = 0.5;
  double idle_close_seconds = 0;
  std::uint64_t tokens_per_minute = 0, requests_per_minute = 0;
  bool plain = false, lists_faults = false, ends_with_parent = false;
  std::string ca_out, model_path;
  std::string dialect = "serverless";
  std::vector<std::string> faults;
};

std::chrono::nanoseconds milliseconds(double ms) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(ms * 1e6));
}

ServerStyle style_of(const std::string& name) {
  if (name == "azure-openai") return ServerStyle::azure_openai;
  return name == "vllm" ? ServerStyle::vllm : ServerStyle::serverless;
}

SimulatorOptions options_of(const SimulateArguments& a) {
  SimulatorOptions options = a.options;
  options.tls = !a.plain;
  options.ttft = milliseconds(a.ttft_ms);
  options.gap = milliseconds(a.gap_ms);
  options.jitter = milliseconds(a.jitter_ms);
  options.step_base = milliseconds(a.step_base_ms);
  options.step_per_stream = milliseconds(a.step_per_stream_ms);
  // 0 on the command line: none.
  if (const auto idle = milliseconds(a.idle_close_seconds * 1e3); idle.count() > 0) options.idle_close = idle;
  if (a.tokens_per_minute > 0) options.tokens_per_minute = a.tokens_per_minute;
  if (a.requests_per_minute > 0) options.requests_per_minute = a.requests_per_minute;
  options.style = style_of(a.dialect);
  for (const std::string& rule : a.faults) options.faults.push_back(parse_fault_rule(rule));
  if (!a.model_path.empty()) options.tokenizer = open_tokenizer(a.model_path);
  return options;
}

int serve(const SimulateArguments& a) {
  if (a.ends_with_parent) ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  StopSignals::block();  // before the simulator's thread, which inherits it
  Simulator simulator(options_of(a));
  if (!a.ca_out.empty()) {
    std::ofstream file(a.ca_out);
    file << simulator.ca_pem();
    file.close();
    if (!file) throw InputError(a.ca_out + ": can't be written: " + std::strerror(errno));
  }
  std::cout << "listening on " << simulator.origin() << std::endl;
  StopSignals::wait();
  int exit_code = done;
  try {
    simulator.stop();
  } catch (const std::runtime_error& e) {
    tell("llmload: output lost: " + std::string(e.what()));
    exit_code = output_lost;
  }
  std::cout << simulator.requests() << " requests, " << simulator.events() << " events on "
            << simulator.connections() << " connections";
  if (!a.faults.empty()) std::cout << ", " << simulator.faults() << " faults";
  std::cout << std::endl;
  return exit_code;
}

int list_faults() {
  for (const Fault fault : all_faults()) {
    std::cout << "| `" << to_string(fault) << "` | " << describe(fault) << " |\n";
  }
  return done;
}

}  // namespace

void add_simulate(CLI::App& app, int& exit_code) {
  auto a = std::make_shared<SimulateArguments>();
  CLI::App* command = app.add_subcommand(
      "simulate", "Serve a simulated endpoint on loopback until interrupted (docs/simulator.md)");
  command->add_option("--port", a->options.port, "0 takes a free one, which the first line of output names");
  command->add_option("--address", a->options.address, "127.0.0.1 or ::1");
  command->add_flag("--plain", a->plain, "HTTP without TLS");
  command->add_option("--ca-out", a->ca_out, "Write the certificate to trust (CA_FILE) here");
  command->add_option("--api-key", a->options.api_key,
                      "Accept this key only (default: any, but one must be sent)");
  command->add_option("--ttft-ms", a->ttft_ms, "Time to the first token")->check(CLI::NonNegativeNumber);
  command->add_option("--gap-ms", a->gap_ms, "Time between tokens")->check(CLI::NonNegativeNumber);
  command->add_option("--jitter-ms", a->jitter_ms, "Each token is moved by up to this")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--batching", a->options.batching, "Continuous batching in place of a fixed gap");
  command->add_option("--step-base-ms", a->step_base_ms, "Batching: a step's fixed time")
      ->check(CLI::PositiveNumber);
  command->add_option("--step-per-stream-ms", a->step_per_stream_ms, "Batching: and per stream in the batch")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--max-batch", a->options.max_batch, "Batching: more streams queue")
      ->check(CLI::Range(1U, 1'000'000U));
  command->add_option("--dialect", a->dialect, "Whose stream events it sends")
      ->check(CLI::IsMember({"serverless", "azure-openai", "vllm"}));
  command
      ->add_option("--tokens-per-event", a->options.tokens_per_event, "Streams: an event has so many tokens")
      ->check(CLI::Range(1U, 1'000'000U));
  command
      ->add_option("--events-per-write", a->options.events_per_write, "Streams: so many events come at once")
      ->check(CLI::Range(1U, 1'000'000U));
  command->add_flag("--refuse-stream-options", a->options.refuse_stream_options,
                    "Answer requests with stream_options with 422, as some servers do");
  command->add_option("--tokens-per-minute", a->tokens_per_minute,
                      "Quota of prompt and max_tokens, by windows of 10 s; beyond it: 429 (0: none)");
  command->add_option("--requests-per-minute", a->requests_per_minute, "Likewise of requests");
  command->add_flag("--prefix-cache", a->options.prefix_cache,
                    "Remember how prompts began, and say in `usage` how many of their tokens were known");
  command
      ->add_option("--prefix-cache-blocks", a->options.prefix_cache_blocks,
                   "So many blocks of 16 tokens at most; those used least recently go")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000'000}));
  command->add_option("--fault", a->faults, "NAME or NAME:PROBABILITY: what goes wrong, and how often")
      ->expected(1)
      ->take_all();
  command->add_flag("--list-faults", a->lists_faults, "Print the faults, as a table, and exit");
  command->add_option("--truth", a->options.truth_file, "Write when each stream event was sent here");
  command->add_option("--idle-close-seconds", a->idle_close_seconds, "Close connections that idle this long")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--seed", a->options.seed, "Of the jitter and the faults");
  command->add_option("--model-path", a->model_path,
                      "The tokenizer whose tokens it speaks (default: a token is a word)");
  command->add_flag("--end-with-parent", a->ends_with_parent)
      ->group("");  // for simulator_process, not for people
  command->callback([a, &exit_code] { exit_code = a->lists_faults ? list_faults() : serve(*a); });
}

}  // namespace llmload::cli
