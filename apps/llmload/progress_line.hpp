#pragma once

#include <chrono>
#include <cstddef>
#include <llmload/run.hpp>
#include <optional>
#include <utility>

namespace llmload::cli {

/// Shows on standard error where the run stands: one line that is drawn over where it is a terminal, a plain
/// line at each stage's begin, when a wait begins, and every ten seconds otherwise.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const Progress& progress);
  void clear();

 private:
  bool terminal_;
  bool drawn_ = false;
  std::optional<std::pair<bool, std::size_t>> last_place_;  // whether it waited, and in which stage
  std::chrono::steady_clock::time_point last_line_{};
};

}  // namespace llmload::cli
