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

/// The endpoint's core would sleep between its tokens.
bool is_light(const Stage& stage) {
  constexpr unsigned many = 100;  // streams, or requests a second
  return stage.pacer ? stage.rate < many : stage.concurrency < many;
}

void add_reason(std::vector<std::string>& to, const char* what, const std::optional<ErrorSpread>& error) {
  if (!error || error->p99 <= most_error) return;
  to.push_back(std::string(what) + " are off by " + in_ms(error->p99) + " ms at p99, more than " +
               in_ms(most_error) + " ms");
}

}  // namespace

std::string in_ms(double ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", ms);
  return text;
}

void make_folder(const std::string& path) {
  std::error_code ec;
  std::filesystem::create_directories(path, ec);
  if (ec) throw InputError(path + ": can't be made: " + ec.message());
}

std::string CalibratedStage::void_reason() const {
  if (errors.compared == errors.missing) return "no answer could be compared";
  const auto& late = errors.endpoint_lateness;
  if (!late || late->p99 <= most_endpoint_lateness) return "";
  return "the simulated endpoint itself was late by " + in_ms(late->p99) + " ms at p99, more than " +
         in_ms(most_endpoint_lateness) + " ms";
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

namespace {

constexpr std::chrono::seconds shape_lasts{4};
constexpr unsigned open_loop_tokens = 64;

/// A part of a schedule.
class Excerpt : public Pacer {
 public:
  Excerpt(std::shared_ptr<const Pacer> pacer, std::uint64_t first)
      : pacer_(std::move(pacer)), first_(first), from_(*pacer_->due(first)) {}
  [[nodiscard]] std::optional<std::chrono::nanoseconds> due(std::uint64_t index) const override {
    const auto due = pacer_->due(first_ + index);
    return due ? std::optional(*due - from_) : std::nullopt;
  }

 private:
  std::shared_ptr<const Pacer> pacer_;
  std::uint64_t first_;
  std::chrono::nanoseconds from_;
};

/// The request from which on the most are due within shape_lasts.
std::uint64_t busiest_part(const Stage& stage) {
  constexpr std::uint64_t most_looked_at = 1'000'000;
  const auto ends = stage.warmup + stage.duration + stage.cooldown;
  std::uint64_t best = 0, most = 0, first = 0;
  for (std::uint64_t i = 0; i < most_looked_at; ++i) {
    const auto due = stage.pacer->due(i);
    if (!due || (stage.duration.count() != 0 && *due >= ends)) break;
    if (stage.requests != 0 && i >= stage.warmup_requests + stage.requests) break;
    while (*due - *stage.pacer->due(first) >= shape_lasts) ++first;
    if (i - first + 1 <= most) continue;
    most = i - first + 1;
    best = first;
  }
  return best;
}

/// A stage of the same shape that is soon over, in a plan of its own.
Plan shape_of(const Plan& plan, const Stage& stage) {
  Plan shape = plan;
  shape.stages = {stage};
  Stage& only = shape.stages.front();
  only.requests = only.warmup_requests = 0;
  only.warmup = only.cooldown = std::chrono::nanoseconds{0};
  only.duration = shape_lasts;
  if (only.pacer) only.pacer = std::make_shared<Excerpt>(stage.pacer, busiest_part(stage));
  const unsigned tokens = only.pacer ? open_loop_tokens : calibration_tokens(only.concurrency);
  shape.max_tokens = std::min(plan.max_tokens.most(), tokens);
  return shape;
}

}  // namespace

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
  if (::mkdtemp(path.data()) == nullptr) throw InputError(path + ": can't be made");
  path_ = path;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace llmload::cli
