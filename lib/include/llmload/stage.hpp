#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <llmload/export.hpp>
#include <llmload/pacer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace llmload {

/// `concurrency` sessions, each with one request at a time.
struct ClosedLoop {
  unsigned concurrency = 1;
  /// The sessions begin one after the other, evenly over so long; 0: at once. What is measured does not
  /// change with it: a warm-up that is as long keeps it out of the numbers.
  std::chrono::nanoseconds ramp_up{0};

  bool operator==(const ClosedLoop&) const = default;
};

/// What happens to a request that is due while as many as allowed are under way.
enum class WhenFull {
  queue,  ///< it waits for its turn; the wait is part of its latency
  drop    ///< it is not sent, and counted; it is no failure
};

/// Requests are sent when the pacer says that they are due, whatever became of those before.
struct OpenLoop {
  std::shared_ptr<const Pacer> pacer = {};   ///< must be set
  std::string arrival = {};                  ///< its name for the outputs: "poisson"
  std::optional<double> rate = {};           ///< its requests a second, likewise; empty: it has no one rate
  std::optional<unsigned> concurrency = {};  ///< requests under way at most; empty: any number
  WhenFull when_full = WhenFull::queue;
  /// Opened before the stage; empty: twice the rate, at most 1,000 and `concurrency`.
  std::optional<unsigned> connections = {};

  bool operator==(const OpenLoop&) const = default;
};

/// How far a stage's numbers may be off by our own doing: p99 of the absolute error in ms, as a stage of the
/// same shape against a simulated endpoint showed it (calibration.hpp). Empty where it has no such number.
struct OwnErrorP99 {
  std::optional<double> e2e_ms = {}, ttft_ms = {}, tpot_ms = {}, event_gap_ms = {}, service_e2e_ms = {},
                        service_ttft_ms = {};

  bool operator==(const OwnErrorP99&) const = default;
};

/// One row of the CSV.
/// The measured window comes after the warm-up. It ends when `requests` were begun in it, when it has lasted
/// `duration`, or with the pacer's schedule; a closed loop must have one of the first two. Requests that were
/// begun, or are due in an open loop's window, are always finished.
struct Stage {
  std::variant<ClosedLoop, OpenLoop> loop = {};
  std::optional<std::uint64_t> requests = {};             ///< empty: no such limit
  std::optional<std::chrono::nanoseconds> duration = {};  ///< likewise

  // Outside the measured window: what is begun is sent, and is in no number but those that say so.
  std::uint64_t warmup_requests = 0;     ///< the warm-up lasts for these, and
  std::chrono::nanoseconds warmup{0};    ///< at least so long
  std::chrono::nanoseconds cooldown{0};  ///< the load goes on so long behind the window

  std::optional<OwnErrorP99> own_error = {};  ///< from a calibration

  // In place of the plan's, where they are set.
  std::vector<std::size_t> endpoints = {};  ///< places in Plan::endpoints; a request's index says which
  std::string salt = {};
  std::optional<std::uint64_t> seed = {};  ///< of what the source draws, in place of its own

  /// Null where the stage is a closed loop. It points into `loop`.
  [[nodiscard]] const OpenLoop* open_loop() const noexcept { return std::get_if<OpenLoop>(&loop); }
  /// Requests under way at most, of either kind of loop; empty: any number.
  [[nodiscard]] std::optional<unsigned> concurrency() const noexcept {
    const OpenLoop* const open = open_loop();
    return open != nullptr ? open->concurrency : std::get<ClosedLoop>(loop).concurrency;
  }

  bool operator==(const Stage&) const = default;
};

/// "64 concurrent", "10 requests/s", or the arrival's name: what tells the stage from the others of a run.
[[nodiscard]] LLMLOAD_EXPORT std::string describe(const Stage& stage);

}  // namespace llmload
