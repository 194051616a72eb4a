#include <algorithm>
#include <cmath>

#include "llmload/calibration.hpp"

namespace llmload {
namespace {

double load_of(const CalibratedStage& s) {
  const Stage& stage = s.summary.stage;
  const OpenLoop* const open = stage.open_loop();
  return open != nullptr && open->rate ? *open->rate : stage.concurrency().value_or(0);
}

bool is_valid(const CalibratedStage& s) { return s.verdict() == CalibrationVerdict::valid; }

/// Two digits, rounded down.
double about(double value) {
  const double unit = std::pow(10, std::floor(std::log10(value)) - 1);
  return std::floor(value / unit) * unit;
}

}  // namespace

std::optional<TrustedLoad> trusted_load(std::span<const CalibratedStage> stages) {
  constexpr double cpu_limit = 0.9, farthest = 4;  // times what was tried
  const CalibratedStage* best = nullptr;
  for (const CalibratedStage& s : stages) {
    if (is_valid(s) && (best == nullptr || load_of(s) > load_of(*best))) best = &s;
  }
  if (best == nullptr) return std::nullopt;
  TrustedLoad found;
  found.shown_at = load_of(*best);
  for (const double share : best->summary.own_error.cpu_shares)
    found.cpu_share = std::max(found.cpu_share, share);
  const double times = std::min(farthest, cpu_limit / found.cpu_share);
  found.limit = std::max(found.shown_at, about(found.shown_at * times));
  for (const CalibratedStage& s : stages) {
    const double load = load_of(s);
    if (is_valid(s) || load <= found.shown_at || load > found.limit) continue;
    found.not_shown_at = std::min(load, found.not_shown_at.value_or(load));
  }
  if (found.not_shown_at) found.limit = found.shown_at;
  return found;
}

}  // namespace llmload
