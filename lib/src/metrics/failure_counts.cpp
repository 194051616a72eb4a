#include "metrics/failure_counts.hpp"

#include <algorithm>

namespace llmload::metrics {
namespace {

constexpr std::size_t most_reasons = 256;  // distinct texts that are counted apart

}  // namespace

void FailureCounts::add(const RequestRecord& record) {
  ++failed_;
  if (record.http_status == 401 || record.http_status == 403 || record.http_status == 404) ++refused_;
  add_reason({record.outcome, record.error}, 1);
}

void FailureCounts::add_reason(std::pair<Outcome, std::string> reason, std::uint64_t times) {
  // Beyond it they are all different: those at hand are as good an example.
  const bool room = reasons_.size() < most_reasons || reasons_.contains(reason);
  if (room) reasons_[std::move(reason)] += times;
}

void FailureCounts::merge(const FailureCounts& other) {
  failed_ += other.failed_;
  refused_ += other.refused_;
  for (const auto& [reason, times] : other.reasons_) add_reason(reason, times);
}

void FailureCounts::fill(Summary& s) const {
  s.failed = failed_;
  s.refused = refused_ == s.begun && s.begun > 0;
  if (failed_ == 0) return;
  const auto most = std::max_element(s.by_outcome.begin() + 1, s.by_outcome.end());  // 0 is ok
  s.commonest_outcome = static_cast<Outcome>(most - s.by_outcome.begin());
  s.commonest_count = *most;
  std::uint64_t of_reason = 0;
  for (const auto& [reason, count] : reasons_) {
    if (reason.first != s.commonest_outcome || count <= of_reason) continue;
    of_reason = count;
    s.commonest_reason = reason.second;
  }
}

}  // namespace llmload::metrics
