#pragma once

#include <cstdint>
#include <llmload/result.hpp>
#include <string>
#include <utility>
#include <vector>

namespace llmload {

/// A stage's first moment.
struct StageBegin {
  std::uint64_t number = 0;     ///< 0, 1, 2 ...
  std::int64_t started_at = 0;  ///< as in Summary, as the next
  std::string started_at_utc;

  bool operator==(const StageBegin&) const = default;
};

/// Takes a run's results to where they go. Plug in your own by deriving from it; override what you look at.
/// Threads:  all calls of a run come one after the other, not always from the same thread.
/// Errors:   an exception, of any type, marks this output as lost (RunResult::errors); the run goes on.
/// Lifetime: must outlive the run.
class Sink {
 public:
  virtual ~Sink() = default;

  /// Once, before any traffic. `plan` is the run's without its secrets: no key, no command for one, no
  /// credentials of a proxy, and extra headers and URLs' queries without their values. Nor is one of these in
  /// a record, but for the texts that reads_texts() does without.
  virtual void on_start(const Plan& /*plan*/) {}
  /// When a stage begins; before its requests.
  virtual void on_stage_begin(const StageBegin& /*stage*/) {}
  /// Each request of the stage under way, when its tokens are counted; it does not outlive the call.
  virtual void on_record(const RequestRecord& /*record*/) {}
  /// When a stage has ended and its numbers are final.
  virtual void on_stage(const Summary& summary) = 0;
  /// Once, at the end. `result.errors` has what was lost so far.
  virtual void on_end(const RunResult& /*result*/) {}
  /// Whether on_record() looks at the texts of answers. Asked once, after on_start(). Where it does not they
  /// are as they came, and may repeat a secret: to take it out costs time. TeeSink says so for all its sinks.
  [[nodiscard]] virtual bool reads_texts() const { return true; }
  /// Which output was lost (LostOutput::sink): the type's name, if not overridden.
  [[nodiscard]] virtual std::string name() const;
};

/// Hands everything to several sinks, which must outlive it. One that throws does not keep the others from
/// their call; each of them has its own entry in RunResult::errors.
class TeeSink : public Sink {
 public:
  explicit TeeSink(std::vector<Sink*> sinks) : sinks_(std::move(sinks)) {}

  void on_start(const Plan& plan) override;
  void on_stage_begin(const StageBegin& stage) override;
  void on_record(const RequestRecord& record) override;
  void on_stage(const Summary& summary) override;
  void on_end(const RunResult& result) override;
  [[nodiscard]] bool reads_texts() const override;

 private:
  std::vector<Sink*> sinks_;
};

}  // namespace llmload
