#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <llmload/export.hpp>
#include <llmload/run.hpp>
#include <llmload/simulator.hpp>
#include <llmload/sink.hpp>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace llmload {

/// Absolute differences in ms; percentiles are numpy's linear.
struct ErrorSpread {
  std::size_t count = 0;
  double p50 = 0, p99 = 0, max = 0;
};

/// How far a stage's stamps are from those of the simulated endpoint that answered it: the client's error on
/// loopback, network excluded. What the stage has none of is empty.
struct StageErrors {
  std::optional<ErrorSpread> sent;         ///< our stamp of a request's end - its arrival at the endpoint
  std::optional<ErrorSpread> first_token;  ///< arrival here - sent there, as the next two
  std::optional<ErrorSpread> event_gap;    ///< of the gaps whose ends are not merged with another event
  std::optional<ErrorSpread> tpot;
  std::optional<ErrorSpread> e2e;  ///< of the answer's end: the start is exact by definition
  std::optional<ErrorSpread> service_e2e, service_ttft;  ///< of the times from sent
  /// How late the endpoint sent its tokens, or whole answers, by its own plan: above most_endpoint_lateness
  /// at p99 it was too busy to be a reference.
  std::optional<ErrorSpread> endpoint_lateness;
  std::uint64_t compared = 0;  ///< successful measured requests
  std::uint64_t missing = 0;   ///< those of them that the endpoint does not know, or sent other events of
};

inline constexpr double most_endpoint_lateness = 0.2;  ///< ms

/// The p99s, in whole nanoseconds, as a stage takes them.
[[nodiscard]] LLMLOAD_EXPORT OwnErrorP99 own_error_p99(const StageErrors& errors);

/// Keeps what a run's records say about time, to compare it with the endpoint's truth file
/// (docs/simulator.md). Memory: 8 bytes an event and about 100 a request.
class LLMLOAD_EXPORT CalibrationSink : public Sink {
 public:
  CalibrationSink();
  ~CalibrationSink() override;

  void on_start(const RunHeader& header) override;  ///< a further run begins anew
  void on_record(const RequestRecord& record) override;
  void on_stage(const Summary& summary) override;
  [[nodiscard]] bool reads_texts() const override { return false; }

  /// One for each stage, when the endpoint has ended. Throws InputError where the file can't be read, or a
  /// line of it is none of a truth file.
  [[nodiscard]] std::vector<StageErrors> compare(const std::string& truth_file) const;

 private:
  struct Request;
  struct Stage;
  std::vector<Stage> stages_;
  std::unique_ptr<Stage> current_;
};

/// What follows from a calibration for the client.
enum class CalibrationVerdict {
  valid,
  no_reference,  ///< void: the endpoint itself was late, or nothing could be compared
  invalid        ///< its numbers must not be trusted
};

LLMLOAD_EXPORT std::ostream& operator<<(std::ostream& out, CalibrationVerdict verdict);  ///< "no_reference"

/// One stage against the simulated endpoint.
struct LLMLOAD_EXPORT CalibratedStage {
  Summary summary;
  StageErrors errors;

  /// invalid goes before no_reference: the reasons are the client's.
  [[nodiscard]] CalibrationVerdict verdict() const;
  /// Why its numbers must not be trusted: those of the stage, and `endpoint_unknown`, `failed`,
  /// `first_token_error`, `event_gap_error`, `e2e_error`, `sent_error`. Empty: they may.
  [[nodiscard]] std::vector<InvalidReason> reasons() const;
  /// Why nothing follows from it; empty: it does.
  [[nodiscard]] std::string void_reason() const;
  /// What a reader of the numbers should know, one line each.
  [[nodiscard]] std::vector<std::string> notes() const;
};

/// The latencies of the endpoint that calibrations run against. The jitter keeps streams that begin together
/// from coming together for ever, which no real endpoint's do.
inline constexpr std::chrono::milliseconds calibration_ttft{50}, calibration_gap{20}, calibration_jitter{8};

/// An endpoint that a calibration runs against. It serves until stop() or destruction.
class LLMLOAD_EXPORT CalibrationEndpoint {
 public:
  virtual ~CalibrationEndpoint() = default;

  [[nodiscard]] virtual std::string origin() const = 0;  ///< as Simulator::origin()
  [[nodiscard]] virtual std::string ca_pem() const = 0;  ///< as Simulator::ca_pem()
  /// It is in this process: its sockets count as ours, and outputs say that the run is simulated.
  [[nodiscard]] virtual bool in_process() const = 0;
  /// Ends it; its truth file is complete then. False: it is not, or the endpoint had ended by itself.
  virtual bool stop() = 0;
};

/// Starts an endpoint that does as the options say, of which ttft, gap, jitter and truth_file are set. It is
/// called on a thread that is kept on the endpoint's core: what it starts inherits that, threads and
/// processes alike. Throws InputError where it can't be started.
using StartEndpoint = std::function<std::unique_ptr<CalibrationEndpoint>(const SimulatorOptions&)>;

/// A Simulator of this process.
[[nodiscard]] LLMLOAD_EXPORT std::unique_ptr<CalibrationEndpoint> start_in_process(
    const SimulatorOptions& options);

/// Members without which a calibration does its work all the same.
struct CalibrationOptions {
  /// Keeps records.jsonl and the endpoint's truth.jsonl, and is made where it is not there; empty: a folder
  /// that is gone afterwards.
  std::string folder = {};
  StartEndpoint start = start_in_process;
  std::stop_token stop = {};                           ///< as in RunOptions
  std::function<void(const Progress&)> progress = {};  ///< likewise
};

/// The cores that the client has in a calibration: all that this process may use but one. Throws InputError
/// where that is none.
[[nodiscard]] LLMLOAD_EXPORT std::size_t calibration_client_cores();

// A calibration runs a stage at a time, for some seconds, against the simulated endpoint, and compares each
// stamp. The endpoint has the last core that this process may use, the client has the others.
// Threads:  the calling one is kept on the client's cores until they return. Those of run() and of the
//           endpoint, and one that keeps its core awake, have ended then.
// Errors:   they throw InputError where there is only one core, the endpoint can't be started or ended by
//           itself, or a file is lost; else as run() does.

/// Calibrates each stage of `plan` in its own shape: its concurrency or the busiest part of its schedule, and
/// its prompts. The plan's endpoints are not asked, and its key goes nowhere. Leaves Stage::own_error where
/// the verdict is valid, and else a warning in the plan that says why not. A folder that is kept has one of
/// its own for each stage: 1, 2 ...
/// Returns what was found of each stage; of fewer where it was stopped.
LLMLOAD_EXPORT std::vector<CalibratedStage> calibrate(Plan& plan, const CalibrationOptions& options = {});

/// Calibrates so many streams at once, at least 1. Empty: it was stopped.
[[nodiscard]] LLMLOAD_EXPORT std::optional<CalibratedStage> calibrate_streams(
    unsigned streams, const CalibrationOptions& options = {});

inline constexpr double least_calibrated_rate = 2;      ///< fewer have too few answers in that time
inline constexpr unsigned calibrated_rate_tokens = 16;  ///< of an answer: a rate is about requests

/// Likewise so many requests a second, at least least_calibrated_rate: a Poisson process.
[[nodiscard]] LLMLOAD_EXPORT std::optional<CalibratedStage> calibrate_rate(
    double rate, const CalibrationOptions& options = {});

/// Up to where a machine may be trusted.
struct TrustedLoad {
  double limit = 0;                    ///< streams or requests a second, rounded down to two digits
  double shown_at = 0;                 ///< the largest load whose verdict was valid
  double cpu_share = 0;                ///< of a core, that the busiest shard used there
  std::optional<double> not_shown_at;  ///< what keeps the limit there: the next load whose verdict was not
};

/// From the largest valid load of `stages` on to where its CPU share would reach the limit of a valid stage,
/// but not to what was tried and was not valid, nor farther than four times. All are streams, or all rates.
/// Empty where none is valid.
[[nodiscard]] LLMLOAD_EXPORT std::optional<TrustedLoad> trusted_load(std::span<const CalibratedStage> stages);

}  // namespace llmload
