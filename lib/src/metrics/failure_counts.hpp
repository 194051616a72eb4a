#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "llmload/summary.hpp"

namespace llmload::metrics {

/// What went wrong in a stage, and how often.
class FailureCounts {
 public:
  /// A record whose outcome is not ok.
  void add(const RequestRecord& record);
  void merge(const FailureCounts& other);
  /// Needs the summary's `begun` and `by_outcome`.
  void fill(Summary& summary) const;

 private:
  void add_reason(std::pair<Outcome, std::string> reason, std::uint64_t times);

  std::uint64_t failed_ = 0;
  std::map<std::pair<Outcome, std::string>, std::uint64_t> reasons_;
};

}  // namespace llmload::metrics
