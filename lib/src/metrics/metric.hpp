#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "metrics/stores/accumulator.hpp"

namespace llmload::metrics {

enum class Better { lower, higher, neither };

/// What a number is made with, so that a fault of ours is known to touch it: bits.
namespace rests_on {
inline constexpr unsigned nothing = 0;
inline constexpr unsigned due = 1;          ///< the moment at which a request was due, or taken
inline constexpr unsigned arrivals = 2;     ///< when bytes came
inline constexpr unsigned first_token = 4;  ///< when the first token came
inline constexpr unsigned pace = 8;         ///< how many requests were sent in a time
inline constexpr unsigned text = 16;        ///< the answers' texts, or their time lines
}  // namespace rests_on

/// Without which a request has no value of it: then it is not asked. Most requests lack some.
enum class Needs : std::uint8_t {
  nothing,
  opening,  ///< it opened its connection
  tokens    ///< the times of its tokens
};
inline constexpr std::size_t needs_count = 3;

inline bool is_met(Needs needs, const RequestRecord& record) {
  if (needs == Needs::opening) return record.opening || record.tcp_connected;
  if (needs == Needs::tokens) return record.first_token || !record.events.empty();
  return true;
}

inline bool always(const Stage& /*stage*/, const SummarySettings& /*settings*/) { return true; }

/// All that is to say of a metric. Outputs and documentation are made and checked by it.
struct Metric {
  std::string_view key;   ///< in Summary::values and summary.json: "ttft_ms"
  std::string_view name;  ///< in the CSV's headings: "TTFT"
  std::string_view unit;  ///< "ms", "tokens", "tokens/s"; "share": from 0 to 1
  Better better;
  unsigned rests_on;
  std::unique_ptr<Accumulator> (*make)();
  std::optional<double> OwnErrorP99::*own_error = nullptr;  ///< what a calibration finds for it
  Needs needs = Needs::nothing;
  /// Whether a stage has it.
  bool (*exists)(const Stage& stage, const SummarySettings& settings) = always;
};

/// All metrics, in the order of the outputs.
[[nodiscard]] std::span<const Metric* const> catalogue() noexcept;
/// Null: there is none.
[[nodiscard]] const Metric* find_metric(std::string_view key) noexcept;

}  // namespace llmload::metrics
