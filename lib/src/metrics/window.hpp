#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "llmload/metrics.hpp"
#include "llmload/summary.hpp"

namespace llmload::metrics {

/// A measured window whose times are known before the stage, since its start: that of a stage with
/// WARMUP_SECONDS or COOLDOWN_SECONDS, or of conversations, behind whose window the load goes on, too, that
/// is limited by DURATION_SECONDS alone.
struct Window {
  std::chrono::nanoseconds from{0}, until{0};
  [[nodiscard]] bool has(std::chrono::nanoseconds at) const { return at >= from && at < until; }
};
std::optional<Window> measured_window(const Stage& stage, bool of_conversations = false);

/// Rates in a window (a second) = what was received inside it, of all successful requests, whenever they were
/// begun / its length, which is the wall. A request and its prompt tokens count where its end is inside; an
/// output token where its event is (without a tokenizer, an answer's tokens are spread evenly over its token
/// events). Where the run was interrupted, or the stage was stopped, the window ends there.
/// Empty where the window ends before it begins; those of tokens also where no answer has a known number of
/// them, or one that is inside has an unknown one.
class WindowRates {
 public:
  explicit WindowRates(Window window) : window_(window) {}

  /// The window ends `at` the latest, since the stage's start. Before any record is added that came
  /// later.
  void cut(std::chrono::nanoseconds at) { window_.until = std::min(window_.until, at); }
  /// A record whose outcome is ok.
  void add(const RequestRecord& record, const SummarySettings& settings);
  /// Of the same window.
  void merge(const WindowRates& other);
  /// Replaces the summary's wall and rates. `stopped_at`: as cut(), where that is known at the end alone.
  void fill(Summary& summary, const SummarySettings& settings, Stamp stopped_at) const;

 private:
  [[nodiscard]] double share_inside(const RequestRecord& record) const;

  Window window_;
  std::uint64_t ended_ = 0, good_ = 0, prompt_ = 0;
  double output_ = 0;
  bool any_output_ = false, any_prompt_ = false;          // of an answer, inside or not
  bool output_is_known_ = true, prompt_is_known_ = true;  // of each that is inside
};

}  // namespace llmload::metrics
