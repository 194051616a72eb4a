#pragma once

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
  ProgressView();
  ~ProgressView() { clear(); }
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;

  /// How often it shows Progress::so_far; empty: never.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> snapshots() const;
  void show(const Progress& progress);
  void clear();

 private:
  void draw(const Progress& progress);

  bool terminal_;
  std::size_t drawn_ = 0;                                   // lines, the cursor being behind the last
  std::optional<std::pair<bool, std::size_t>> last_place_;  // whether it waited, and in which stage
  std::chrono::steady_clock::time_point last_line_{};
};

}  // namespace llmload::cli
