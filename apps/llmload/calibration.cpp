#include "calibration.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <llmload/error.hpp>
#include <llmload/parameters.hpp>
#include <llmload/report.hpp>

#include "simulator_process.hpp"

namespace llmload::cli {
namespace {

constexpr double most_error = 1;  // ms, p99

std::string in_ms(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

/// Back to all cores at the end.
class OnCores {
 public:
  OnCores(const std::vector<unsigned>& all, const std::vector<unsigned>& some) : all_(all) { stay_on(some); }
  ~OnCores() { stay_on(all_); }
  OnCores(const OnCores&) = delete;
  OnCores& operator=(const OnCores&) = delete;

 private:
  const std::vector<unsigned>& all_;
};

void add_reason(std::vector<std::string>& to, const char* what, const std::optional<ErrorSpread>& error) {
  if (!error || error->p99 <= most_error) return;
  to.push_back(std::string(what) + " are off by " + in_ms(error->p99) + " ms at p99, more than " +
               in_ms(most_error) + " ms");
}

}  // namespace

bool CalibratedStage::is_void() const {
  // Whole answers have no due times in the truth file: their stamps are compared all the same.
  const auto& lateness = errors.endpoint_lateness;
  return errors.compared == errors.missing || (lateness && lateness->p99 > most_endpoint_lateness);
}

std::vector<std::string> CalibratedStage::reasons() const {
  std::vector<std::string> all = summary.invalid_reasons;
  if (errors.missing > 0) {
    all.push_back(std::to_string(errors.missing) + " of " + std::to_string(errors.compared) +
                  " answers are not known to the endpoint");
  }
  if (summary.failed > 0) all.push_back(std::to_string(summary.failed) + " requests failed");
  add_reason(all, "first tokens", errors.first_token);
  add_reason(all, "event gaps", errors.event_gap);
  add_reason(all, "ends of answers", errors.e2e);
  add_reason(all, "sent times", errors.sent);
  return all;
}

std::vector<unsigned> client_cores() {
  auto cores = usable_cores();
  if (cores.size() < 2) {
    throw InputError(
        "a calibration needs two cores, one for the client and one for the simulated endpoint, and this "
        "process may use one: both on it would measure each other");
  }
  cores.pop_back();
  return cores;
}

unsigned calibration_tokens(unsigned streams) { return std::clamp(streams / 4, 16U, 256U); }

std::optional<CalibratedStage> calibrate(Plan plan, const std::string& folder, const RunOptions& options) {
  const auto all = usable_cores(), ours = client_cores();
  const OnCores on_ours(all, ours);
  std::filesystem::create_directories(folder);
  const std::string truth = folder + "/truth.jsonl";
  const auto argument = [](unsigned ms) { return std::to_string(ms); };
  SimulatorProcess simulator(all.back(), folder,
                             {"--truth", truth, "--ttft-ms", argument(calibration_ttft_ms), "--gap-ms",
                              argument(calibration_gap_ms), "--jitter-ms", argument(calibration_jitter_ms)});
  const bool chat = plan.endpoints.empty() || plan.endpoints.front().api == Api::chat;
  plan.endpoints = {parse_endpoint(simulator.origin() + (chat ? "/v1/chat/completions" : "/v1/completions"))};
  plan.api_key = Secret("calibration");
  plan.auth = Auth::bearer;
  plan.extra_headers.clear();
  plan.tls_verify = true;
  plan.ca_pem = simulator.ca_pem();
  plan.cores = static_cast<unsigned>(std::min<std::size_t>(shard_count(plan), ours.size()));
  plan.goodput.reset();
  plan.record_text = false;
  RecordsSink records(folder + "/records.jsonl");
  CalibrationSink stamps;
  TeeSink sink({&records, &stamps});
  RunOptions with_sink = options;
  with_sink.sink = &sink;
  const RunResult result = run(plan, with_sink);
  const bool complete = simulator.stop();
  if (result.interrupted) return std::nullopt;
  if (!complete || !result.errors.empty())
    throw InputError("the calibration's files can't be written to " + folder);
  return CalibratedStage{result.stages.front(), stamps.compare(truth).front()};
}

namespace {

constexpr std::chrono::seconds shape_lasts{4};
constexpr unsigned open_loop_tokens = 64;

/// A stage of the same shape that is soon over, in a plan of its own.
Plan shape_of(const Plan& plan, const Stage& stage) {
  Plan shape = plan;
  shape.stages = {stage};
  Stage& only = shape.stages.front();
  only.requests = only.warmup_requests = 0;
  only.warmup = only.cooldown = std::chrono::nanoseconds{0};
  only.duration = shape_lasts;
  if (only.pacer) only.duration += only.pacer->due(0).value_or(std::chrono::nanoseconds{0});
  const unsigned tokens = only.pacer ? open_loop_tokens : calibration_tokens(only.concurrency);
  shape.max_tokens = std::min(plan.max_tokens, tokens);
  return shape;
}

}  // namespace

void calibrate_stages(Plan& plan, const RunOptions& options) {
  const TemporaryFolder folder;
  for (Stage& stage : plan.stages) {
    const auto result = calibrate(shape_of(plan, stage), folder.path(), options);
    if (!result) return;
    const auto reasons = result->reasons();
    if (!result->is_void() && reasons.empty()) {
      stage.own_error = own_error_p99(result->errors);
      continue;
    }
    std::string warning = "no error is known for " + describe(stage) + ": its calibration ";
    if (result->is_void())
      warning += "is void, for the simulated endpoint itself was late";
    else
      warning += "is not valid: " + reasons.front();
    plan.warnings.push_back(std::move(warning));
  }
}

TemporaryFolder::TemporaryFolder() {
  std::string path = (std::filesystem::temp_directory_path() / "llmload-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) throw InputError(path + ": can't be made");
  path_ = path;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace llmload::cli
