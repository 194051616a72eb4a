#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "llmload/summary.hpp"
#include "metrics/metric.hpp"

namespace llmload::metrics {

/// A number of a stage that is none of the catalogue's.
struct StageValue {
  std::string_view name;  ///< in summary.json: "requests_per_second"
  unsigned rests_on;      ///< as a Metric's
  std::optional<double> (*get)(const Summary&);
};

/// In the order in which people are told of them.
[[nodiscard]] std::span<const StageValue> stage_values() noexcept;
/// Null: there is none.
[[nodiscard]] const StageValue* find_stage_value(std::string_view name) noexcept;

}  // namespace llmload::metrics
