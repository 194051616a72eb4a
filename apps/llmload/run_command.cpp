#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <llmload/llmload.hpp>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cli.hpp"
#include "earlier_outputs.hpp"
#include "metrics_port.hpp"
#include "progress_view.hpp"
#include "results_format.hpp"
#include "run_help.hpp"
#include "settings.hpp"
#include "simulator_process.hpp"
#include "stop_signals.hpp"
#include "terminal.hpp"
#include "text/folder.hpp"
#include "text/read_file.hpp"

namespace llmload::cli {
namespace {

namespace fs = std::filesystem;

struct RunArguments {
  std::string parameters;
  bool simulate = false;
  Settings settings;
  std::string output_dir = ".";
  bool records = false;
  std::string html;
  MetricsPortOptions metrics;
  bool quiet = false;
  bool calibrate = false;
  bool dry_run = false;
  ResultsFormat format;
};

/// Erases what shows the progress before anything is printed over it: the first of the sinks.
class ProgressClearer : public Sink {
 public:
  explicit ProgressClearer(std::optional<ProgressView>& line) : line_(line) {}
  void on_start(const RunHeader& /*header*/) override { clear(); }
  void on_stage(const Summary& /*summary*/) override { clear(); }
  void on_end(const RunResult& /*result*/) override { clear(); }
  [[nodiscard]] bool reads_texts() const override { return false; }

 private:
  void clear() {
    if (line_) line_->clear();
  }
  std::optional<ProgressView>& line_;
};

/// Where an endpoint is given no file is looked for: the key in one that happens to be here is not for it.
Plan read_plan(const RunArguments& a, ParameterOptions options) {
  constexpr const char* usual = "parameters.json";
  if (a.parameters == "-") return parse_parameters(text::read_file("/dev/stdin", 16 * text::mib), options);
  if (!a.parameters.empty()) return load_parameters(a.parameters, options);
  const bool given = std::ranges::find(options.set, "MODEL_ENDPOINTS", &KeyValue::key) != options.set.end();
  options.no_file = given || (a.simulate && !fs::exists(usual));
  return options.no_file ? parse_parameters("{}", options) : load_parameters(usual, options);
}

/// Once: what it names may be a pipe. The simulator speaks the tokens of the model that the plan names, so it
/// is started behind it, and then it is the one that is asked, whatever proxy the environment names.
Plan load_plan(const RunArguments& a, std::optional<Simulator>& simulator) {
  ParameterOptions given;
  given.set = a.settings.key_values();
  if (!a.simulate) return read_plan(a, given);
  SimulatorOptions options;
  options.api_key = "simulated-key";
  given.simulated = SimulatedEndpoint{"https://simulated", options.api_key};
  Plan plan = read_plan(a, given);
  options.batching = true;
  options.ttft = std::chrono::milliseconds{20};
  options.step_base = std::chrono::milliseconds{2};
  options.step_per_stream = std::chrono::microseconds{50};
  options.tokenizer = std::dynamic_pointer_cast<const ModelTokenizer>(plan.tokenizer);
  simulator.emplace(std::move(options));
  for (Endpoint& endpoint : plan.endpoints)
    endpoint = parse_endpoint(simulator->origin() + endpoint.target, endpoint.dialect);
  plan.ca_pem = simulator->ca_pem();
  plan.endpoints_in_process = true;
  return plan;
}

std::string loops(const Plan& plan) {
  const auto is_open = [](const Stage& stage) { return stage.open_loop() != nullptr; };
  const bool open = std::ranges::any_of(plan.stages, is_open);
  if (open && !std::ranges::all_of(plan.stages, is_open)) return "closed loop, then open loop";
  return open ? "open loop" : "closed loop";
}

void print_header(const Plan& plan) {
  const unsigned cores = shard_count(plan);
  std::ostringstream what;
  what << "llmload " << version() << ": " << plan.label << (plan.label.empty() ? "" : ", ")
       << dialect_of(plan).name() << ", " << plan.endpoints.size()
       << (plan.endpoints.size() == 1 ? " endpoint, " : " endpoints, ")
       << (plan.connection == Connection::keep_alive
               ? "keep-alive (connections are opened before each stage and reused)"
               : "per-request (resolve, connect and TLS handshake are inside each latency)")
       << ", " << cores << (cores == 1 ? " core, " : " cores, ") << loops(plan)
       << (plan.stream ? ", streamed" : "");
  tell(what.str());
  tell("tokens: " + plan.tokenizer_description +
       (plan.tokenizer ? "" : "; those of the prompt are not known before the run"));
  tell("prompts: " + plan.prompts_description);
}

/// "of 5 prompts", "of the first 1000 prompts", "of 1000 of 20000 prompts".
std::string counted(const PromptLengths& lengths) {
  const std::string number = std::to_string(lengths.counted);
  if (!lengths.of) return "of the first " + number + " prompts";
  return (*lengths.of == lengths.counted ? "of " : "of " + number + " of ") + std::to_string(*lengths.of) +
         " prompts";
}

/// The original's line: of one prompt, or of several the least, the most and the mean.
void print_prompt_tokens(const Plan& plan) {
  if (!plan.tokenizer) return;
  const auto lengths = prompt_lengths(plan);
  if (!lengths) return;
  const unsigned bos = plan.count_bos ? 1 : 0;
  std::cout << "Number of token for input prompt: " << lengths->least + bos;
  if (lengths->least != lengths->most) {
    std::cout << " to " << lengths->most + bos << ", mean " << static_cast<std::uint64_t>(lengths->mean) + bos
              << ", " << counted(*lengths);
  }
  std::cout << std::endl;
}

std::string cell(const std::optional<double>& value) {
  if (!value) return "-";
  std::ostringstream text;
  text << std::fixed << std::setprecision(*value < 10 ? 2 : 0) << *value;
  return text.str();
}

/// What is sent: where it comes from, how long it is, and the first of it.
void print_requests(const Plan& plan) {
  std::cout << "Requests: " << printable(plan.prompts_description) << ".\n";
  if (const auto lengths = prompt_lengths(plan)) {
    std::cout << "Prompt tokens: " << lengths->least << " to " << lengths->most << ", mean "
              << cell(lengths->mean) << ", p50 " << lengths->p50 << ", p99 " << lengths->p99 << ", "
              << counted(*lengths) << ".\n";
  } else {
    std::cout << "Prompt tokens: not known without a tokenizer (MODEL_PATH).\n";
  }
  const bool asks = plan.ask_for_model && plan.model.empty() && plan.models.empty();
  std::cout << "The first request, as it would be sent"
            << (asks ? " (with a model where the endpoint, which is asked before the run, has one alone)"
                     : "")
            << ":\n\n";
  std::istringstream request(first_request(plan));
  for (std::string line; std::getline(request, line);) {
    if (line.ends_with('\r')) line.pop_back();
    std::cout << "    " << printable(line) << '\n';
  }
  std::cout << '\n';
}

/// What the run would take, before anything is sent.
void print_plan(const Plan& plan) {
  const std::string currency = plan.price ? markdown_cell(plan.price->currency) : "";
  std::cout
      << "| Stage | Requests | Prompt Tokens per Request | Max Output Tokens per Request | Most Tokens | "
         "Quota Allows (requests/s) | Least Time (s) | Most Cost"
      << (currency.empty() ? "" : " (" + currency + ")") << " |\n|---|---|---|---|---|---|---|---|\n";
  double time = 0;
  std::optional<double> cost = 0;
  bool talks = false;
  for (std::size_t i = 0; i < plan.stages.size(); ++i) {
    const StageBudget b = budget_of(plan, i);
    const auto requests = b.requests ? std::optional(static_cast<double>(*b.requests)) : std::nullopt;
    const auto tokens =
        requests ? std::optional(*requests * (b.prompt_tokens + b.output_tokens)) : std::nullopt;
    std::cout << "| " << markdown_cell(describe(plan.stages[i])) << " | "
              << (b.requests ? std::to_string(*b.requests) : "-") << " | " << cell(b.prompt_tokens) << " | "
              << cell(b.output_tokens) << " | " << cell(tokens) << " | " << cell(b.quota_rate) << " | "
              << cell(b.least_seconds) << " | " << cell(b.cost) << " |\n";
    time += b.least_seconds.value_or(0);
    talks = talks || b.conversations;
    cost = cost && b.cost ? std::optional(*cost + *b.cost) : std::nullopt;
  }
  std::cout << "In all: at least " << cell(time) << " s";
  if (plan.price && cost) std::cout << (talks ? ", about " : ", at most ") << cell(cost) << ' ' << currency;
  if (plan.price && !cost) std::cout << ", at a cost that is not known: only time limits a stage";
  std::cout << ". Nothing was sent.\n";
  if (talks) {
    std::cout
        << "Requests are the turns of conversations, by the mean of the first 100. Behind a stage's window "
           "the load goes on until those that began in it have ended: it is not counted here.\n";
  }
}

int run_plan(const RunArguments& a) {
  std::stop_source stop;
  std::atomic<bool> spoken{false};
  const StopSignals signals([&stop, &spoken] {
    constexpr std::string_view text =
        "\ninterrupted: requests under way are cancelled; once more ends at once\n";
    spoken = true;
    (void)!write(STDERR_FILENO, text.data(), text.size());  // std::cerr is the main thread's
    stop.request_stop();
  });
  std::optional<Simulator> simulator;
  Plan plan = load_plan(a, simulator);
  if (a.dry_run) {
    check(plan);
    for (const std::string& warning : plan.warnings) tell("warning: " + warning);
    print_requests(plan);
    print_plan(plan);
    return done;
  }
  if (!a.metrics.port && a.metrics.address != MetricsPortOptions().address)
    throw InputError("--metrics-address: is for --metrics-port");
  std::optional<MetricsPort> port;
  if (a.metrics.port) port.emplace(a.metrics.address, *a.metrics.port);
  const fs::path folder(a.output_dir);
  text::make_folder(a.output_dir);
  Kept<CsvSink> csv((folder / "performance_metrics.csv").string());
  Kept<JsonSink> json((folder / "summary.json").string());
  const std::unique_ptr<Sink> table = a.format.make_sink(std::cout);
  std::optional<Kept<RecordsSink>> records;
  if (a.records) records.emplace((folder / "records.jsonl").string());
  std::optional<Kept<HtmlSink>> html;
  if (!a.html.empty()) html.emplace(a.html);
  if (a.calibrate) {
    if (!a.quiet)
      std::cerr << "calibrating: each stage runs for seconds against a simulated endpoint first\n";
    calibrate(plan, {.start = start_process, .stop = stop.get_token()});
  }
  for (const std::string& warning : plan.warnings) tell("warning: " + warning);
  std::optional<ProgressView> line;
  if (!a.quiet) {
    print_header(plan);
    line.emplace(&spoken);
  }
  if (!a.format.is_json()) print_prompt_tokens(plan);
  ProgressClearer clearer(line);
  std::vector<Sink*> sinks = {&clearer, &csv, &json, table.get()};
  if (records) sinks.push_back(&*records);
  if (html) sinks.push_back(&*html);
  if (port) sinks.push_back(&port->sink());
  TeeSink sink(sinks);
  RunOptions options;
  options.sink = &sink;
  options.stop = stop.get_token();
  if (line) {
    options.progress = [&line](const Progress& progress) { line->show(progress); };
    options.snapshots = line->snapshots();
  }
  const RunResult result = run(plan, options);
  line.reset();
  const int exit_code = tell_end(result);
  if (!a.quiet) {
    std::string written;
    const auto add = [&written](const auto& file) {
      if (file.written()) written += (written.empty() ? "" : ", ") + file.name();
    };
    add(csv);
    add(json);
    if (records) add(*records);
    if (html) add(*html);
    if (!written.empty()) tell("written: " + written);
  }
  return exit_code;
}

}  // namespace

void add_run(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = app.add_subcommand("run", "Run the benchmark that a parameters.json describes");
  command->formatter(std::make_shared<RunHelp>());
  command->set_help_all_flag("--help-all", "Each option, at length");
  command->add_option("parameters", arguments->parameters,
                      "The parameters (default: parameters.json; - is standard input)");
  command->add_flag("--simulate", arguments->simulate,
                    "Run against a simulated endpoint in this process: no account needed");
  arguments->settings.add_to(*command);
  command->add_option("--output-dir", arguments->output_dir,
                      "Where performance_metrics.csv and summary.json go (default: here)");
  arguments->format.add_to(*command);
  command->add_flag("--records", arguments->records,
                    "Write each request's facts, too, into records.jsonl there (docs/records.md)");
  command->add_option("--html", arguments->html,
                      "Write a page of charts and tables into this file (docs/html_report.md)");
  arguments->metrics.add_to(*command);
  command->add_flag("--calibrate", arguments->calibrate,
                    "Measure our own error for each stage's shape first, and put it beside the numbers");
  command->add_flag("--dry-run", arguments->dry_run,
                    "Print what the run would take (requests, tokens, least time, cost), and send nothing");
  command->add_flag("--quiet", arguments->quiet,
                    "No header and no progress on standard error; warnings and errors stay");
  command->callback([arguments, &exit_code] { exit_code = run_plan(*arguments); });
}

}  // namespace llmload::cli
