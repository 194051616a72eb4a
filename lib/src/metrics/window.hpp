#pragma once

#include <cstdint>
#include <optional>

#include "llmload/summary.hpp"
#include "metrics/fold_settings.hpp"

namespace llmload::metrics {

/// A measured window whose times are known before the stage, ns since its start: that of a stage with
/// WARMUP_SECONDS or COOLDOWN_SECONDS that is limited by DURATION_SECONDS alone.
struct Window {
  std::int64_t from = 0, until = 0;
  [[nodiscard]] bool has(std::int64_t at) const { return at >= from && at < until; }
};
std::optional<Window> measured_window(const Stage& stage);

/// Rates in a window (a second) = what was received inside it, of all successful requests, whenever they were
/// begun / its length. A request and its prompt tokens count where its end is inside; an output token where
/// its event is (without a tokenizer, an answer's tokens are spread evenly over its token events). Where the
/// run was interrupted the window ends there.
class WindowRates {
 public:
  explicit WindowRates(Window window) : window_(window) {}

  /// A record whose outcome is ok.
  void add(const RequestRecord& record, const FoldSettings& settings);
  /// Replaces those rates that the summary has, and its wall. `stopped_at`: the run was interrupted then.
  void fill(Summary& summary, Stamp stopped_at) const;

 private:
  [[nodiscard]] double share_inside(const RequestRecord& record) const;

  Window window_;
  std::uint64_t ended_ = 0, good_ = 0, prompt_ = 0;
  double output_ = 0;
};

}  // namespace llmload::metrics
