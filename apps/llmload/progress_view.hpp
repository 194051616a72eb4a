#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <llmload/report.hpp>
#include <llmload/run.hpp>
#include <optional>
#include <utility>

namespace llmload::cli {

/// Shows on standard error where the run stands: a few lines that are drawn over where it is a terminal, a
/// plain line at each stage's begin, when a wait begins, and every ten seconds otherwise.
class ProgressView {
 public:
  /// `spoken`: somebody else wrote a line behind what is drawn, which then stays as it is; set by another
  /// thread, and taken back here. Null: nobody does.
  explicit ProgressView(std::atomic<bool>* spoken = nullptr);
  ~ProgressView() { clear(); }
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;

  /// How often it shows Progress::so_far; empty: never.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> snapshots() const;
  void show(const Progress& progress);
  void clear();

 private:
  void draw(const Progress& progress);
  void heed_others();

  bool terminal_;
  std::atomic<bool>* spoken_;
  std::size_t drawn_ = 0;                                   // lines, the cursor being behind the last
  std::optional<std::pair<bool, std::size_t>> last_place_;  // whether it waited, and in which stage
  std::chrono::steady_clock::time_point last_line_{};
};

}  // namespace llmload::cli
