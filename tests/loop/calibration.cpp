// A calibration from a harness: against a Simulator of its own process.
#include "llmload/calibration.hpp"

#include <filesystem>
#include <fstream>

#include "calibration/cores.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace loop_calibration {

using namespace llmload;
using calibration::usable_cores;

bool has_two_cores() {
  if (usable_cores().size() > 1) return true;
  WARN("skipped: this machine has one core");
  return false;
}

TEST_CASE("a plan's stage gets its own error, or a warning, from a simulator of this process") {
  if (!has_two_cores()) return;
  const tokenize::TemporaryDirectory folder;
  const auto before = usable_cores();
  Plan plan = test::plan_for("https://never.invalid/v1/completions", {{ClosedLoop{2}, 1}});
  plan.stream = true;
  plan.max_tokens = 2;
  SimulatorOptions asked;
  std::vector<unsigned> its_cores;
  CalibrationOptions options;
  options.folder = folder.path().string();
  options.start = [&](const SimulatorOptions& simulator) {
    asked = simulator;
    its_cores = usable_cores();
    SimulatorOptions strict = simulator;
    strict.api_key = "calibration";  // the plan's own key would be refused
    return start_in_process(strict);
  };
  const auto found = calibrate(plan, options);

  CHECK(asked.ttft == calibration_ttft);
  CHECK(asked.gap == calibration_gap);
  CHECK(asked.jitter == calibration_jitter);
  CHECK(asked.truth_file == (folder.path() / "1" / "truth.jsonl").string());
  CHECK(its_cores == std::vector{before.back()});
  CHECK(usable_cores() == before);
  REQUIRE(found.size() == 1);
  CHECK(found[0].summary.simulated);
  CHECK(found[0].summary.failed == 0);
  CHECK(found[0].errors.compared > 0);
  CHECK(found[0].errors.missing == 0);
  CHECK(found[0].errors.first_token);
  CHECK(std::filesystem::exists(folder.path() / "1" / "records.jsonl"));
  const bool valid = found[0].verdict() == CalibrationVerdict::valid;
  CHECK(plan.stages[0].own_error.has_value() == valid);
  CHECK(plan.warnings.empty() == valid);
  if (!valid) CHECK(has(plan.warnings[0], "no error is known for 2 concurrent: its calibration is "));
  CHECK(plan.endpoints[0].host == "never.invalid");
}

TEST_CASE("a stage is calibrated in its own API, where the simulator speaks it") {
  if (!has_two_cores()) return;
  struct Case {
    const char *path, *api;
  };
  for (const Case& c : {Case{"responses", "responses"}, Case{"messages", "anthropic"}}) {
    INFO(c.api);
    const tokenize::TemporaryDirectory folder;
    Plan plan = test::plan_for("https://never.invalid/v1/" + std::string(c.path), {{ClosedLoop{2}, 1}});
    plan.stream = true;
    plan.max_tokens = 2;
    CalibrationOptions options;
    options.folder = folder.path().string();
    options.start = [](const SimulatorOptions& simulator) { return start_in_process(simulator); };
    const auto found = calibrate(plan, options);
    REQUIRE(found.size() == 1);
    CHECK(found[0].summary.failed == 0);
    CHECK(found[0].errors.compared > 0);
    CHECK(found[0].errors.missing == 0);
    std::string header;
    CHECK(std::getline(std::ifstream(folder.path() / "1" / "records.jsonl"), header).good());
    CHECK(has(header, R"("api":")" + std::string(c.api) + '"'));
  }
}

TEST_CASE("a calibration that is stopped gives nothing, and leaves the plan as it was") {
  if (!has_two_cores()) return;
  std::stop_source stop;
  stop.request_stop();
  CHECK_FALSE(calibrate_streams(1, {.stop = stop.get_token()}));
  CHECK_FALSE(calibrate_rate(least_calibrated_rate, {.stop = stop.get_token()}));
  Plan plan = test::plan_for("https://never.invalid/v1/chat/completions", {{ClosedLoop{1}, 1}});
  CHECK(calibrate(plan, {.stop = stop.get_token()}).empty());
  CHECK_FALSE(plan.stages[0].own_error);
  CHECK(plan.warnings.empty());
}

TEST_CASE("a plan that can't be run is not calibrated") {
  Plan plan = test::plan_for("https://never.invalid/v1/chat/completions", {{OpenLoop{}, 1}});
  CHECK(has(error_of<InputError>([&] { (void)calibrate(plan); }), "stages[0].loop.pacer is null"));
}

TEST_CASE("an endpoint that can't be started, and a load that is none, are wrong input") {
  if (!has_two_cores()) return;
  const auto before = usable_cores();
  const auto broken = [](const SimulatorOptions&) -> std::unique_ptr<CalibrationEndpoint> {
    throw InputError("no such endpoint");
  };
  CHECK(error_of<InputError>([&] { (void)calibrate_streams(1, {.start = broken}); }) == "no such endpoint");
  CHECK(usable_cores() == before);
  CHECK(has(error_of<InputError>([] { (void)calibrate_streams(0); }), "at least one stream"));
  CHECK(has(error_of<InputError>([] { (void)calibrate_rate(1); }), "at least 2 requests a second"));
}

/// Its truth is not to be had.
class Unwell : public CalibrationEndpoint {
 public:
  explicit Unwell(const SimulatorOptions& options) : simulator_(options) {}
  [[nodiscard]] std::string origin() const override { return simulator_.origin(); }
  [[nodiscard]] std::string ca_pem() const override { return simulator_.ca_pem(); }
  [[nodiscard]] bool in_process() const override { return true; }
  bool stop() override { return false; }

 private:
  Simulator simulator_;
};

TEST_CASE("what an endpoint that ended by itself was asked is no calibration") {
  if (!has_two_cores()) return;
  CalibrationOptions options;
  options.start = [](const SimulatorOptions& simulator) { return std::make_unique<Unwell>(simulator); };
  CHECK(has(error_of<InputError>([&] { (void)calibrate_streams(1, options); }), "ended by itself"));
}

}  // namespace loop_calibration
