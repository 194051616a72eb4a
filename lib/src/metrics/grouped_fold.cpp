#include "metrics/grouped_fold.hpp"

#include <algorithm>

namespace llmload::metrics {
namespace {

constexpr unsigned most_apart = 64;

}  // namespace

GroupedFold::Part& GroupedFold::part(unsigned number) {
  const unsigned key = std::min(number, most_apart);
  const auto found = parts_.find(key);
  if (found != parts_.end()) return found->second;
  return parts_.emplace(key, Part{.metrics = MetricFold(stage_, settings_)}).first->second;
}

void GroupedFold::add(unsigned number, const Sample& sample) {
  Part& of = part(number);
  ++of.begun;
  ++of.by_outcome[static_cast<std::size_t>(sample.record.outcome)];
  if (sample.record.outcome != Outcome::ok) return;
  ++of.ok;
  of.metrics.add(sample);
}

void GroupedFold::merge(const GroupedFold& other) {
  for (const auto& [number, its] : other.parts_) {
    Part& of = part(number);
    of.begun += its.begun;
    of.ok += its.ok;
    for (std::size_t i = 0; i < outcome_count; ++i) of.by_outcome[i] += its.by_outcome[i];
    of.metrics.merge(its.metrics);
  }
}

MetricValues GroupedFold::values() const {
  if (parts_.size() == 1) return parts_.begin()->second.metrics.values(stage_.own_error);
  MetricFold all(stage_, settings_);
  for (const auto& [number, of] : parts_) all.merge(of.metrics);
  return all.values(stage_.own_error);
}

std::string GroupedFold::key(unsigned number) const {
  if (number >= most_apart) return "others";
  return number < names_.size() ? names_[number] : std::to_string(number);
}

std::vector<Group> GroupedFold::groups() const {
  std::vector<Group> groups;
  for (const auto& [number, of] : parts_) {
    groups.push_back(
        {group_, key(number), of.begun, of.ok, of.by_outcome, of.metrics.values(stage_.own_error)});
  }
  return groups;
}

}  // namespace llmload::metrics
