#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <llmload/export.hpp>
#include <llmload/result.hpp>
#include <llmload/run_header.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace llmload {

/// A stage's first moment.
struct StageBegin {
  std::uint64_t number = 0;                               ///< 0, 1, 2 ...
  std::chrono::steady_clock::time_point started_at = {};  ///< as in Summary, as the next
  std::string started_at_utc;
  Stage stage = {};

  bool operator==(const StageBegin&) const = default;
};

/// Takes a run's results to where they go. Plug in your own by deriving from it; override what you look at.
/// Threads:  all calls of a run come one after the other, not always from the same thread.
/// Errors:   an exception, of any type, marks this output as lost (RunResult::errors); the run goes on.
/// Lifetime: must outlive the run. It serves one run at a time: a second one, or a replay, that is given it
///           meanwhile throws InputError before any traffic. Used again, it begins anew with on_start().
class LLMLOAD_EXPORT Sink {
 public:
  virtual ~Sink() = default;

  /// Once, before any traffic. The plan's secrets are neither in `header` nor in a record, but for the texts
  /// that reads_texts() does without.
  virtual void on_start(const RunHeader& /*header*/) {}
  /// When a stage begins; before its requests.
  virtual void on_stage_begin(const StageBegin& /*stage*/) {}
  /// Each request of the stage under way, when its tokens are counted; it does not outlive the call.
  virtual void on_record(const RequestRecord& /*record*/) {}
  /// When a stage has ended and its numbers are final.
  virtual void on_stage(const Summary& /*summary*/) {}
  /// Once, at the end. `result.errors` has what was lost so far.
  virtual void on_end(const RunResult& /*result*/) {}
  /// Whether on_record() looks at the texts of answers. Asked once, after on_start(). Where it does not they
  /// are as they came, and may repeat a secret: to take it out costs time. TeeSink says so for all its sinks.
  [[nodiscard]] virtual bool reads_texts() const { return true; }
  /// Those that it hands on to, which serve the same run; none of them may be null.
  [[nodiscard]] virtual std::span<Sink* const> sinks() const noexcept { return {}; }
  /// Which output was lost (LostOutput::sink): the type's name, if not overridden; "a sink" where the type
  /// was compiled with -fno-rtti.
  [[nodiscard]] virtual std::string name() const;
};

/// Hands everything to several sinks, which must outlive it. One that throws does not keep the others from
/// their call; each of them has its own entry in RunResult::errors.
class LLMLOAD_EXPORT TeeSink : public Sink {
 public:
  /// Throws InputError where one of them is null.
  explicit TeeSink(std::vector<Sink*> sinks);

  void on_start(const RunHeader& header) override;
  void on_stage_begin(const StageBegin& stage) override;
  void on_record(const RequestRecord& record) override;
  void on_stage(const Summary& summary) override;
  void on_end(const RunResult& result) override;
  [[nodiscard]] bool reads_texts() const override;
  [[nodiscard]] std::span<Sink* const> sinks() const noexcept override { return sinks_; }  ///< as given

 private:
  std::vector<Sink*> sinks_;
};

/// Keeps all records and summaries, for a harness that looks at them when the run has ended: not before, from
/// whatever thread. Memory: a record is less than 1 KB, with 16 bytes a token event and its texts besides.
class LLMLOAD_EXPORT MemorySink : public Sink {
 public:
  /// What a stage of the run gave.
  struct StageRecords {
    StageBegin begin;
    std::vector<RequestRecord> records;  ///< in the order in which they ended, warm-up and cool-down, too
    Summary summary;                     ///< empty where the run ended with an exception before it
  };

  void on_start(const RunHeader& header) override;
  void on_stage_begin(const StageBegin& stage) override;
  void on_record(const RequestRecord& record) override;
  void on_stage(const Summary& summary) override;
  /// In the run's order; until the next run begins.
  [[nodiscard]] const std::vector<StageRecords>& stages() const noexcept { return stages_; }

 private:
  StageRecords& current();

  std::vector<StageRecords> stages_;
  bool in_stage_ = false;  ///< the last of them has not ended
};

/// Functions for each record, each stage, or both; one that is not set is not called.
struct SinkFunctions {
  std::function<void(const RequestRecord&)> on_record = {};
  std::function<void(const Summary&)> on_stage = {};
};
/// Calls them; what they throw is as what a sink throws.
class LLMLOAD_EXPORT FunctionSink : public Sink {
 public:
  /// Keeps the functions.
  explicit FunctionSink(SinkFunctions functions) : functions_(std::move(functions)) {}

  void on_record(const RequestRecord& record) override;
  void on_stage(const Summary& summary) override;
  /// Where there is a function for records.
  [[nodiscard]] bool reads_texts() const override { return functions_.on_record != nullptr; }

 private:
  SinkFunctions functions_;
};

}  // namespace llmload
