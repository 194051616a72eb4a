#pragma once

#include <llmload/export.hpp>
#include <llmload/summary.hpp>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace llmload {

/// Says which stage is next, from the numbers of those before it: a search, repeats until an interval is
/// narrow, or a list. Plug in your own by deriving from it.
/// Threads:  next() is called between two stages, on the run's thread, never twice at a time; for the first
/// stage
///           also before the run, by check() and the like, on its caller's.
/// Errors:   what it throws, of any type, ends the run, and comes out of it; so does the InputError of a
/// stage
///           that can't be run. The stages before it are in the sink.
/// Lifetime: shared with the plan that uses it. It must depend on nothing but its argument, so that it may
///           serve several runs.
class LLMLOAD_EXPORT StageSource {
 public:
  virtual ~StageSource() = default;

  /// The stage behind those that gave `so_far`, in their order. Empty: the run is done.
  [[nodiscard]] virtual std::optional<Stage> next(std::span<const Summary> so_far) const = 0;
};

/// One after the other.
class LLMLOAD_EXPORT StageList : public StageSource {
 public:
  /// Of these, in their order.
  explicit StageList(std::vector<Stage> stages) : stages_(std::move(stages)) {}

  [[nodiscard]] std::optional<Stage> next(std::span<const Summary> so_far) const override {
    return so_far.size() < stages_.size() ? std::optional(stages_[so_far.size()]) : std::nullopt;
  }

 private:
  std::vector<Stage> stages_;
};

}  // namespace llmload
