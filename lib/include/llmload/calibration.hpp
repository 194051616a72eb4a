#pragma once

#include <cstddef>
#include <cstdint>
#include <llmload/sink.hpp>
#include <memory>
#include <optional>
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
OwnErrorP99 own_error_p99(const StageErrors& errors);

/// Keeps what a run's records say about time, to compare it with the endpoint's truth file
/// (docs/simulator.md). Memory: 8 bytes an event and about 100 a request.
class CalibrationSink : public Sink {
 public:
  CalibrationSink();
  ~CalibrationSink() override;

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

}  // namespace llmload
