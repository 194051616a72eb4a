#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <llmload/export.hpp>
#include <llmload/plan.hpp>
#include <llmload/sink.hpp>
#include <memory>
#include <optional>
#include <stop_token>

namespace llmload {

/// Where a run stands.
struct Progress {
  std::size_t stage = 0;   ///< 0, 1, 2 ...
  std::size_t stages = 0;  ///< 0: a StageSource decides as it goes
  Stage current;
  std::uint64_t done = 0;                      ///< requests of this stage that have ended
  std::optional<std::uint64_t> conversations;  ///< that have ended; empty: requests are no turns of any
  std::uint64_t failed = 0;
  std::uint64_t in_flight = 0;          ///< requests of the stage, measured or not, that are under way
  std::optional<double> cost;           ///< of the run so far, where the plan has a price
  bool waiting = false;                 ///< no stage yet: for the endpoints to answer (Plan::ready_timeout)
  std::chrono::nanoseconds elapsed{0};  ///< since the stage's start, or the wait's
  /// The stage's numbers, as far as its requests were counted when they were last made; null: none were yet.
  std::shared_ptr<const Summary> so_far;
};

/// Members without which a run does its work all the same.
struct RunOptions {
  Sink* sink = nullptr;  ///< not owned; see TeeSink for several
  /// Asks the run to drain: requests in flight end as cancelled. Ends each wait of the run, also before them.
  std::stop_token stop = {};
  /// Called some times a second from the run's thread: of run() its caller's, of a Run its own. What it
  /// throws, of any type, ends the run, and comes out of run() or wait().
  std::function<void(const Progress&)> progress = {};
  /// How often Progress::so_far is made, at most 5 times a second, beside the counting; less often where it
  /// would take more than 1 % of a core; empty: never.
  std::optional<std::chrono::nanoseconds> snapshots = {};
};

/// Runs all stages of `plan` and returns when every request has ended and every sink was called.
/// Threads: starts Plan::cores threads, one that prepares requests, two that count and call the sink, and
///          some for names and credentials; all have ended on return, but for one whose look-up of a name
///          hangs and was given up: it touches nothing of the run, and ends with the look-up.
/// Errors:  throws InputError, before any traffic, for what check() refuses and for a sink that is in a run,
///          and where an endpoint does not answer within Plan::ready_timeout.
///          A failed request is an Outcome, a lost output is in RunResult::errors: neither throws. What the
///          user's parts throw where they end the run (each says so) comes out of here when what was under
///          way was cancelled and all threads have ended; the sink has then no on_stage of that stage, and no
///          on_end.
LLMLOAD_EXPORT RunResult run(const Plan& plan, const RunOptions& options = {});

/// A run that is under way, on a thread of its own beside those of run(): for who has something else to do.
/// Any number may be under way at once, of which each has its own sink.
/// Threads:  all members may be called from any thread but those on which the run calls its options and sink.
/// Lifetime: the options' sink and what the functions refer to must outlive it. Its destructor asks it to
///           drain, and waits for that.
class LLMLOAD_EXPORT Run {
 public:
  /// Begins. `ended` is called once, on the run's thread, as the last that it does: wait() will not have to
  /// wait any more. It must not throw.
  /// Throws InputError, before any traffic, for a plan that can't be run, as far as that is known without a
  /// name being looked up or a command being run; else wait() throws it.
  explicit Run(const Plan& plan, RunOptions options = {}, std::function<void()> ended = {});
  ~Run();
  /// `other` is left without a run, fit for nothing but an assignment and its end.
  Run(Run&& other) noexcept;
  /// Likewise; a run that was here is ended as by its destructor.
  Run& operator=(Run&& other) noexcept;

  /// Asks it to drain: requests in flight end as cancelled, and the result has what there is.
  void request_stop() noexcept;
  /// As of now.
  [[nodiscard]] Progress progress() const;
  /// Whether wait() would return at once.
  [[nodiscard]] bool ended() const noexcept;
  /// The result, when there is one, which lives as long as the Run. Throws what run() throws, each time that
  /// it is called.
  const RunResult& wait();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// What run() does first. Throws what validate() and the plan's pacers throw, InputError where a pacer breaks
/// its promise, and, with the figure, where there are too few file descriptors or local ports or too little
/// memory. Of a StageSource it asks for the first stage.
LLMLOAD_EXPORT void check(const Plan& plan);

}  // namespace llmload
