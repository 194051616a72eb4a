#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <llmload/plan.hpp>
#include <llmload/sink.hpp>
#include <stop_token>

namespace llmload {

/// Where a run stands, some times a second.
struct Progress {
  std::size_t stage = 0;  ///< 0, 1, 2 ...
  std::size_t stages = 0;
  Stage current;
  std::uint64_t done = 0;  ///< requests of this stage that have ended
  std::uint64_t failed = 0;
  std::chrono::nanoseconds elapsed{0};  ///< since the stage's start
};

/// Members without which a run does its work all the same.
struct RunOptions {
  Sink* sink = nullptr;  ///< not owned; see TeeSink for several
  /// Asks the run to drain: requests in flight end as cancelled. Ends each wait of the run, also before them.
  std::stop_token stop = {};
  /// Called from the thread that called run(). What it throws, of any type, ends the run, and run() throws
  /// it.
  std::function<void(const Progress&)> progress = {};
};

/// Runs all stages of `plan` and returns when every request has ended and every sink was called.
/// Threads: starts Plan::cores threads, one that prepares requests, two that count and call the sink, and
///          some for names and a key command; all have ended on return, but for one whose look-up of a name
///          hangs and was given up: it touches nothing of the run, and ends with the look-up.
/// Errors:  throws InputError, before any traffic, for a plan that can't be run. A failed request is an
///          Outcome, a lost output is in RunResult::errors: neither throws. What the user's parts throw where
///          they end the run (each says so) comes out of here when what was under way was cancelled and all
///          threads have ended; the sink has then no on_stage of that stage, and no on_end.
RunResult run(const Plan& plan, const RunOptions& options = {});

/// What run() does first: throws InputError for a plan that can't be run, or, with the figure, for one that
/// needs more file descriptors, local ports or memory than there are.
void check(const Plan& plan);

}  // namespace llmload
