#pragma once

#include <llmload/run.hpp>
#include <optional>
#include <string>
#include <vector>

#include "calibration_policy.hpp"

namespace llmload::cli {

/// With all its parents. Throws InputError.
void make_folder(const std::string& path);

/// The latencies of the endpoint that calibrations run against. The jitter keeps streams that begin together
/// from coming together for ever, which no real endpoint's do.
inline constexpr unsigned calibration_ttft_ms = 50, calibration_gap_ms = 20, calibration_jitter_ms = 8;

/// The cores of a calibration's client: all that we may use but the last, which is the endpoint's. Throws
/// InputError where there is only one.
std::vector<unsigned> client_cores();

/// Runs the one stage of `plan` against a simulated endpoint in a process of its own on a core of its own,
/// with the client on the others, and compares every stamp. The plan's endpoints, key and cores are replaced.
/// `folder`, which is made, gets records.jsonl and truth.jsonl. This thread is kept on the client's cores
/// until it returns. Empty: the run was stopped. Throws as client_cores().
std::optional<CalibratedStage> calibrate(Plan plan, const std::string& folder, const RunOptions& options);

/// Calibrates each stage of `plan`, for seconds, and leaves the result in it; a stage whose calibration is
/// void or not valid gets none, and a warning in the plan says why. Throws as client_cores().
void calibrate_stages(Plan& plan, const RunOptions& options);

/// A folder for the time of a calibration.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace llmload::cli
