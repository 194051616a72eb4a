#pragma once

#include <utility>
#include <vector>

#include "llmload/pacer.hpp"

namespace llmload::workload {

/// A schedule made before the run. `due` must be ascending.
class DueList : public Pacer {
 public:
  explicit DueList(std::vector<std::chrono::nanoseconds> due) : due_(std::move(due)) {}

  std::optional<std::chrono::nanoseconds> due(std::uint64_t index) const override {
    if (index >= due_.size()) return std::nullopt;
    return due_[index];
  }

 private:
  std::vector<std::chrono::nanoseconds> due_;
};

}  // namespace llmload::workload
