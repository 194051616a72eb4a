#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "llmload/metrics.hpp"
#include "llmload/summary.hpp"
#include "metrics/metric_fold.hpp"

namespace llmload::metrics {

/// Folds a stage's measured requests apart by what they have in common, a number: of their endpoint, their
/// model, their turn.
/// The first 64 numbers are told apart; those beyond them are one group.
class GroupedFold {
 public:
  /// `group`: what the number is, for the outputs; `names`: what they call the first numbers. Stage and
  /// settings must outlive it.
  GroupedFold(std::string group, const Stage& stage, const SummarySettings& settings,
              std::vector<std::string> names = {})
      : group_(std::move(group)), names_(std::move(names)), stage_(stage), settings_(settings) {}

  /// A request of group `number`. Where it is not ok, its metrics are not looked at.
  void add(unsigned number, const Sample& sample);
  void merge(const GroupedFold& other);
  [[nodiscard]] std::size_t size() const { return parts_.size(); }
  /// Of all together, each with its error of our own.
  [[nodiscard]] MetricValues values() const;
  [[nodiscard]] std::vector<Group> groups() const;

 private:
  struct Part {
    std::uint64_t begun = 0, ok = 0;
    std::array<std::uint64_t, outcome_count> by_outcome{};
    MetricFold metrics;
  };
  Part& part(unsigned number);
  [[nodiscard]] std::string key(unsigned number) const;

  const std::string group_;
  const std::vector<std::string> names_;
  const Stage& stage_;
  const SummarySettings& settings_;
  std::map<unsigned, Part> parts_;
};

}  // namespace llmload::metrics
