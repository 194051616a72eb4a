#pragma once

#include <cstdint>
#include <llmload/export.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace llmload {

struct Stage;
struct Summary;

/// A number of a stage by its name, as summary.json has it: "ttft_ms.p95" (mean, sd, min, max, p50, p90, p95,
/// p99, p999, count, own_error_p99), "requests_per_second", "failed"; besides these "failed_share", of 1, and
/// the lags of own_error, "dispatch_lag_ms.p99". Empty where the stage has no such value.
/// Throws InputError, with the nearest name, where no stage can have one.
[[nodiscard]] LLMLOAD_EXPORT std::optional<double> value_of(const Summary& stage, std::string_view name);

/// All that have no parts, and the metrics, which have, in the order in which they are told of. They live as
/// long as the program.
[[nodiscard]] LLMLOAD_EXPORT std::vector<std::string_view> value_names();

/// Of a value to a limit.
enum class Relation : std::uint8_t { less, at_most, more, at_least };

/// "ttft_ms.p95 > 800", or "failed_share > 0 at 64": something that a stage's number is, or is not.
struct LLMLOAD_EXPORT Condition {
  std::string value;  ///< of value_of()
  Relation relation = Relation::more;
  double limit = 0;
  std::string stage;  ///< which: describe() of it, or the number in that; empty: any

  /// Whether it speaks of this one.
  [[nodiscard]] bool is_about(const Stage& stage) const;
  /// Whether the stage is so; empty where it has no such value. Throws what value_of() throws.
  [[nodiscard]] std::optional<bool> holds(const Summary& stage) const;
  /// As it was written, with one blank between two words.
  [[nodiscard]] std::string text() const;
  bool operator==(const Condition&) const = default;
};

/// Throws InputError where `text` is none, with what is wrong, or names a value that no stage has.
[[nodiscard]] LLMLOAD_EXPORT Condition parse_condition(std::string_view text);

}  // namespace llmload
