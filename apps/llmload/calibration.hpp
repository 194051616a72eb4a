#pragma once

#include <llmload/calibration.hpp>
#include <llmload/run.hpp>
#include <optional>
#include <string>
#include <vector>

namespace llmload::cli {

/// Three decimals.
std::string in_ms(double ms);
/// With all its parents. Throws InputError.
void make_folder(const std::string& path);

/// One stage against the simulated endpoint.
struct CalibratedStage {
  Summary summary;
  StageErrors errors;

  /// Why nothing follows from it: the endpoint itself was late, or nothing could be compared. Empty: it does.
  [[nodiscard]] std::string void_reason() const;
  /// Why its numbers must not be trusted; empty: they may.
  [[nodiscard]] std::vector<std::string> reasons() const;
};

/// The latencies of the endpoint that calibrations run against. The jitter keeps streams that begin together
/// from coming together for ever, which no real endpoint's do.
inline constexpr unsigned calibration_ttft_ms = 50, calibration_gap_ms = 20, calibration_jitter_ms = 8;

/// The cores of a calibration's client: all that we may use but the last, which is the endpoint's. Throws
/// InputError where there is only one.
std::vector<unsigned> client_cores();

/// Tokens of an answer for so many streams: few streams should give many answers; many streams whose answers
/// end together make the endpoint late, and should do so seldom.
unsigned calibration_tokens(unsigned streams);

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
