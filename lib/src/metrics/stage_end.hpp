#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "llmload/summary.hpp"
#include "metrics/stores/histogram.hpp"

namespace llmload::metrics {

/// What of a stage its records don't tell. A records file has it in the stage's line, so it is made of whole
/// numbers, which come back from there as they were.
struct StageEnd {
  std::chrono::steady_clock::time_point started_at = {};
  std::string started_at_utc = {};
  bool interrupted = false;
  bool too_many_errors = false;
  bool budget_spent = false;
  Stamp stopped_at = {};                      ///< where the run was interrupted, or the stage stopped
  std::optional<std::uint64_t> planned = {};  ///< empty: as many as were begun
  std::uint64_t dropped = 0;
  // As their senders counted, to check the records against.
  std::optional<std::uint64_t> begun = {}, begun_outside = {};
  std::string schedule_hash = {};
  std::optional<Distribution> read_lag = {}, loop_lag = {}, prepare_lag = {}, turnaround = {};  ///< whole ns
  std::vector<std::uint32_t> cpu_shares = {}, wait_shares = {},
                             busy_shares = {};  ///< of its time, of each shard's thread; in millionths
  std::optional<ServerMetrics> server = {};     ///< in whole millionths
};

/// Each number of a distribution but the count, in the order in which records files have them.
inline constexpr std::array<double Distribution::*, 9> distribution_numbers = {
    &Distribution::mean, &Distribution::sd,  &Distribution::min, &Distribution::max, &Distribution::p50,
    &Distribution::p90,  &Distribution::p95, &Distribution::p99, &Distribution::p999};

/// With `change` of each of them.
template <class Change>
std::optional<Distribution> changed(std::optional<Distribution> d, Change change) {
  if (!d) return d;
  for (const auto number : distribution_numbers) (*d).*number = change((*d).*number);
  return d;
}

/// Of values in ns, each of its numbers rounded to whole ones; empty without a value.
std::optional<Distribution> in_whole_ns(const Histogram& values);
std::uint32_t in_millionths(double share);

/// The summary's part of it.
OwnError own_error(const StageEnd& end, const Histogram& dispatch_lag);

}  // namespace llmload::metrics
