#pragma once

#include <cstdint>
#include <exception>
#include <iosfwd>
#include <llmload/export.hpp>
#include <llmload/summary.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace llmload {

/// How a run ended. Where several hold it is the first of them.
enum class RunStatus : std::uint8_t {
  done,          ///< none of the others
  interrupted,   ///< it was stopped, or its records file ends before it did
  outputs_lost,  ///< an output is not whole; the numbers are
  invalid,       ///< the numbers must not be trusted
  limit_not_met  ///< one that the user set: RunResult::limits_not_met
};
[[nodiscard]] LLMLOAD_EXPORT std::string_view to_string(
    RunStatus status) noexcept;                                                ///< the enumerator's name
LLMLOAD_EXPORT std::ostream& operator<<(std::ostream& out, RunStatus status);  ///< likewise

/// An output that is not whole: something threw while it was told.
struct LLMLOAD_EXPORT LostOutput {
  std::string sink;  ///< its Sink::name(); "counting tokens" where the plan's tokenizer or prompts threw;
                     ///< empty where a records file says it
  std::string what;  ///< what was thrown first
  std::uint64_t more = 0;             ///< further calls of it that failed
  std::exception_ptr exception = {};  ///< what was thrown first, itself; null where a records file says it

  /// One line: "m.csv: write failed; 2 more of its calls failed".
  [[nodiscard]] std::string text() const;
  /// The exceptions are not compared.
  friend bool operator==(const LostOutput& a, const LostOutput& b) noexcept {
    return a.sink == b.sink && a.what == b.what && a.more == b.more;
  }
};
LLMLOAD_EXPORT std::ostream& operator<<(std::ostream& out, const LostOutput& lost);  ///< its text()

/// The whole run, as run() returns it.
struct LLMLOAD_EXPORT RunResult {
  std::vector<Summary> stages;
  bool complete = true;  ///< false: made again from a file that ends before its run did
  bool interrupted = false;
  bool valid = true;                           ///< false: the numbers must not be trusted
  std::vector<InvalidReason> invalid_reasons;  ///< of all stages, each text with its stage's name before it
  std::string ended_early;                     ///< why the later stages were not run; empty: they were
  /// Of the limits that the plan sets, those that were not met, each text with its stage's name before it:
  /// "max_error_rate" (a share), "fail_if", and of the budget "max_requests", "max_tokens" and "max_cost".
  std::vector<InvalidReason> limits_not_met;
  std::vector<LostOutput> errors;  ///< one for each sink that threw; the numbers above are not lost

  /// Whether it is as good as a run can be. A gate on one number asks reasons() instead.
  [[nodiscard]] bool ok() const noexcept { return status() == RunStatus::done; }
  [[nodiscard]] RunStatus status() const noexcept;  ///< that, in a word
  /// Why it is not ok, in the order of the statuses: `invalid_reasons`, and besides these "interrupted",
  /// "output_lost", which touches no number, and `limits_not_met`. Empty: it is ok.
  [[nodiscard]] std::vector<InvalidReason> reasons() const;
  bool operator==(const RunResult&) const = default;
};
/// "invalid, 2 stages", and behind it a line for each reason.
LLMLOAD_EXPORT std::ostream& operator<<(std::ostream& out, const RunResult& result);

}  // namespace llmload
