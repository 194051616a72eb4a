#pragma once

#include <chrono>
#include <cstdint>
#include <llmload/export.hpp>
#include <memory>
#include <optional>
#include <string>

namespace llmload {

/// Says when each request of an open loop is due. Plug in your own by deriving from it.
/// Threads:  due() is called before the run, on the thread of run() or check() and the like, more than once
///           for a request, and must depend on nothing but `index`.
/// Errors:   what it throws comes out of that function, before any traffic. One that breaks what due()
///           promises, as far as the stage asks, is an InputError; so is a due time beyond 100 years.
/// Lifetime: shared with the plan that uses it.
class LLMLOAD_EXPORT Pacer {
 public:
  virtual ~Pacer() = default;

  /// When request `index` (0, 1, 2 ... within a stage) is due, since the stage's start: never negative, and
  /// never before the request ahead of it. Empty: the schedule ends before this request, and so for every
  /// larger index. A stage also ends at its own limits; a schedule may be endless.
  [[nodiscard]] virtual std::optional<std::chrono::nanoseconds> due(std::uint64_t index) const = 0;
};

/// How much of a random schedule is made: the first `requests` due times, those before `duration`, or what
/// lies within both. One of the two must be set, and what is set is above 0.
struct Extent {
  std::optional<std::uint64_t> requests = {};
  std::optional<std::chrono::nanoseconds> duration = {};
};

// Rates are requests a second, above 0 and at most 1,000,000; due times are whole nanoseconds, and a schedule
// ends at the latest after the 292 years that 64 bits hold. What is not allowed throws InputError. The laws
// and the generator are in docs/pacers.md.

/// Request i is due at i / rate. Endless.
[[nodiscard]] LLMLOAD_EXPORT std::shared_ptr<const Pacer> make_constant_pacer(double rate);

/// Exponential gaps of mean 1 / rate, the first one before request 0. The due times are all made here, and
/// take 8 bytes each.
[[nodiscard]] LLMLOAD_EXPORT std::shared_ptr<const Pacer> make_poisson_pacer(double rate, std::uint64_t seed,
                                                                             const Extent& extent);

/// Gaps of the gamma law with shape `burstiness` and scale 1 / (rate burstiness): mean 1 / rate, coefficient
/// of variation 1 / sqrt(burstiness). 1 is make_poisson_pacer() exactly; less (at least 0.001) comes in
/// bursts, more is more even. Made as there.
[[nodiscard]] LLMLOAD_EXPORT std::shared_ptr<const Pacer> make_gamma_pacer(double rate, double burstiness,
                                                                           std::uint64_t seed,
                                                                           const Extent& extent);

/// The rate goes in a straight line from `from_rate` to `to_rate`, one of which may be 0, and the schedule
/// ends with it, after `duration`. Request i is due when the integral of the rate reaches i.
[[nodiscard]] LLMLOAD_EXPORT std::shared_ptr<const Pacer> make_ramp_pacer(double from_rate, double to_rate,
                                                                          std::chrono::nanoseconds duration);

/// The due times of a file: one number of seconds a line, each at least the one before; blank lines are
/// skipped, CR LF is allowed. Throws InputError with file and line.
[[nodiscard]] LLMLOAD_EXPORT std::shared_ptr<const Pacer> make_due_file_pacer(const std::string& path);

/// What tells two schedules apart: the SHA-256, in lower-case hex, of the first `requests` due times (of all,
/// where there are fewer) in nanoseconds, each as 8 bytes in little-endian order.
/// Throws what the pacer throws.
[[nodiscard]] LLMLOAD_EXPORT std::string schedule_hash(const Pacer& pacer, std::uint64_t requests);

}  // namespace llmload
