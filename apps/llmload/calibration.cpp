#include "calibration.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <llmload/error.hpp>
#include <llmload/parameters.hpp>
#include <llmload/report.hpp>

#include "simulator_process.hpp"

namespace llmload::cli {
namespace {

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

}  // namespace

void make_folder(const std::string& path) {
  std::error_code ec;
  std::filesystem::create_directories(path, ec);
  if (ec) throw InputError(path + ": can't be made: " + ec.message());
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

std::optional<CalibratedStage> calibrate(Plan plan, const std::string& folder, const RunOptions& options) {
  const auto all = usable_cores(), ours = client_cores();
  const OnCores on_ours(all, ours);
  make_folder(folder);
  const std::string truth = folder + "/truth.jsonl";
  const auto argument = [](unsigned ms) { return std::to_string(ms); };
  std::optional<AwakeCore> awake;
  if (is_light(plan.stages.front())) awake.emplace(all.back());
  SimulatorProcess simulator(all.back(), folder,
                             {"--truth", truth, "--ttft-ms", argument(calibration_ttft_ms), "--gap-ms",
                              argument(calibration_gap_ms), "--jitter-ms", argument(calibration_jitter_ms)});
  const bool chat = plan.endpoints.empty() || plan.endpoints.front().api == Api::chat;
  plan.endpoints = {parse_endpoint(simulator.origin() + (chat ? "/v1/chat/completions" : "/v1/completions"))};
  plan.api_key = Secret("calibration");
  plan.auth = Auth::bearer;
  plan.extra_headers.clear();
  plan.key_command = nullptr;  // a real key must not go there
  plan.quota.reset();
  plan.retry = {};
  plan.max_error_rate.reset();
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
  if (!result.errors.empty()) throw InputError(result.errors.front());
  if (!complete) throw InputError("the simulated endpoint ended by itself, or could not write to " + folder);
  return CalibratedStage{result.stages.front(), stamps.compare(truth).front()};
}

void calibrate_stages(Plan& plan, const RunOptions& options) {
  const TemporaryFolder folder;
  for (Stage& stage : plan.stages) {
    const auto result = calibrate(shape_of(plan, stage), folder.path(), options);
    if (!result) return;
    const auto reasons = result->reasons();
    const std::string void_reason = result->void_reason();
    if (void_reason.empty() && reasons.empty()) {
      stage.own_error = own_error_p99(result->errors);
      continue;
    }
    std::string warning = "no error is known for " + describe(stage) + ": its calibration is ";
    warning += reasons.empty() ? "void: " + void_reason : "not valid: " + reasons.front();
    plan.warnings.push_back(std::move(warning));
  }
}

TemporaryFolder::TemporaryFolder() {
  std::string path = (std::filesystem::temp_directory_path() / "llmload-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) throw InputError(path + ": can't be made: " + std::strerror(errno));
  path_ = path;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace llmload::cli
