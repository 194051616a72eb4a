#include "metrics/stage_end.hpp"

#include <cmath>

namespace llmload::metrics {
std::optional<Distribution> in_whole_ns(const Histogram& values) {
  return changed(values.distribution_ms(), [](double ms) { return std::round(ms * 1e6); });
}

std::uint32_t in_millionths(double share) { return static_cast<std::uint32_t>(std::lround(share * 1e6)); }

OwnError own_error(const StageEnd& end, const Histogram& dispatch_lag) {
  const auto in_ms = [](double ns) { return ns / 1e6; };
  OwnError own;
  own.dispatch_lag_ms = dispatch_lag.distribution_ms();
  own.read_lag_ms = changed(end.read_lag, in_ms);
  own.loop_lag_ms = changed(end.loop_lag, in_ms);
  own.prepare_lag_ms = changed(end.prepare_lag, in_ms);
  own.turnaround_ms = changed(end.turnaround, in_ms);
  for (auto* lag : {&own.read_lag_ms, &own.loop_lag_ms, &own.prepare_lag_ms, &own.turnaround_ms}) {
    if (*lag) (*lag)->from_histogram = true;
  }
  for (const std::uint32_t share : end.cpu_shares) own.cpu_shares.push_back(share / 1e6);
  for (const std::uint32_t share : end.wait_shares) own.wait_shares.push_back(share / 1e6);
  for (const std::uint32_t share : end.busy_shares) own.busy_shares.push_back(share / 1e6);
  return own;
}

}  // namespace llmload::metrics
