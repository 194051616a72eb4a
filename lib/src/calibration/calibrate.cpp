#include <algorithm>
#include <stdexcept>
#include <utility>

#include "calibration/cores.hpp"
#include "calibration/shapes.hpp"
#include "llmload/calibration.hpp"
#include "llmload/error.hpp"
#include "llmload/report.hpp"
#include "text/folder.hpp"
#include "text/number.hpp"

namespace llmload {
namespace {

using namespace calibration;

class InProcess : public CalibrationEndpoint {
 public:
  explicit InProcess(const SimulatorOptions& options) : simulator_(options) {}
  [[nodiscard]] std::string origin() const override { return simulator_.origin(); }
  [[nodiscard]] std::string ca_pem() const override { return simulator_.ca_pem(); }
  [[nodiscard]] bool in_process() const override { return true; }
  bool stop() override {
    try {
      simulator_.stop();
    } catch (const std::runtime_error&) {  // its truth file could not be written
      return false;
    }
    return true;
  }

 private:
  Simulator simulator_;
};

/// Where the endpoint speaks the plan's dialect, or, of one that it does not know, what is most like it.
std::string path_for(const Dialect& dialect) {
  for (const auto& known : {responses_dialect(), anthropic_dialect()}) {
    if (known.get() == &dialect) return "/v1" + std::string(known->path_suffix());
  }
  return dialect.has_roles() ? "/v1/chat/completions" : "/v1/completions";
}

/// Against `endpoint` alone: a real key must not go there.
void point_at(Plan& plan, const CalibrationEndpoint& endpoint) {
  plan.endpoints = {parse_endpoint(endpoint.origin() + path_for(dialect_of(plan)))};
  plan.endpoints_in_process = endpoint.in_process();
  plan.ca_pem = endpoint.ca_pem();
  plan.tls_verify = true;
  plan.api_key = Secret("calibration");
  plan.auth = Auth::bearer;
  plan.credentials = nullptr;
  plan.extra_headers.clear();
  plan.ask_for_model = false;
  plan.server_metrics.clear();
}

/// The plan's one stage.
std::optional<CalibratedStage> calibrate_stage(Plan plan, const std::string& folder,
                                               const CalibrationOptions& options) {
  const Cores cores = divided_cores();
  const OnCores with_client(cores.client);
  text::make_folder(folder);
  const std::string truth = folder + "/truth.jsonl";
  std::optional<AwakeCore> awake;
  if (is_light(plan.stages.front())) awake.emplace(cores.endpoint);
  SimulatorOptions latencies;
  latencies.ttft = calibration_ttft;
  latencies.gap = calibration_gap;
  latencies.jitter = calibration_jitter;
  latencies.truth_file = truth;
  const auto endpoint = [&] {
    const OnCores with_endpoint({cores.endpoint});
    return options.start(latencies);
  }();
  point_at(plan, *endpoint);
  plan.cores = static_cast<unsigned>(std::min<std::size_t>(shard_count(plan), cores.client.size()));
  plan.quota.reset();
  plan.retry = {};
  plan.max_error_rate.reset();
  plan.budget = {};
  plan.fail_if.clear();
  plan.goodput.reset();
  plan.record_text = false;
  RecordsSink records(folder + "/records.jsonl");
  CalibrationSink stamps;
  TeeSink sink({&records, &stamps});
  const RunResult result = run(plan, {.sink = &sink, .stop = options.stop, .progress = options.progress});
  const bool complete = endpoint->stop();
  if (result.interrupted) return std::nullopt;
  if (!result.errors.empty()) throw InputError(result.errors.front().text());
  if (!complete) throw InputError("the simulated endpoint ended by itself, or could not write to " + folder);
  return CalibratedStage{result.stages.front(), stamps.compare(truth).front()};
}

/// In the folder that is to be kept, or in one for the time of it.
std::optional<CalibratedStage> calibrate_one(const Plan& plan, const CalibrationOptions& options) {
  if (!options.folder.empty()) return calibrate_stage(plan, options.folder, options);
  const text::TemporaryFolder folder;
  return calibrate_stage(plan, folder.path(), options);
}

/// Leaves in `stage` what its calibration found, or in `plan` why there is nothing.
void take(const CalibratedStage& found, Plan& plan, Stage& stage) {
  const CalibrationVerdict verdict = found.verdict();
  if (verdict == CalibrationVerdict::valid) {
    stage.own_error = own_error_p99(found.errors);
    return;
  }
  plan.warnings.push_back("no error is known for " + describe(stage) + ": its calibration is " +
                          (verdict == CalibrationVerdict::invalid
                               ? "not valid: " + found.reasons().front().text
                               : "void: " + found.void_reason()));
}

}  // namespace

std::unique_ptr<CalibrationEndpoint> start_in_process(const SimulatorOptions& options) {
  return std::make_unique<InProcess>(options);
}

std::vector<CalibratedStage> calibrate(Plan& plan, const CalibrationOptions& options) {
  validate(plan);
  std::vector<CalibratedStage> all;
  for (Stage& stage : plan.stages) {
    CalibrationOptions own = options;
    if (!own.folder.empty()) own.folder += '/' + std::to_string(all.size() + 1);
    const auto found = calibrate_one(shape_of(plan, stage), own);
    if (!found) break;
    take(*found, plan, stage);
    all.push_back(*found);
  }
  return all;
}

std::optional<CalibratedStage> calibrate_streams(unsigned streams, const CalibrationOptions& options) {
  if (streams == 0) throw InputError("a calibration has at least one stream");
  return calibrate_one(streams_plan(streams), options);
}

std::optional<CalibratedStage> calibrate_rate(double rate, const CalibrationOptions& options) {
  if (!(rate >= least_calibrated_rate))
    throw InputError("a calibration has at least " + text::shortest(least_calibrated_rate) +
                     " requests a second");
  return calibrate_one(rate_plan(rate), options);
}

}  // namespace llmload
