#include "metrics/failure_counts.hpp"

#include <algorithm>

namespace llmload::metrics {
namespace {

constexpr std::size_t most_reasons = 256;  // distinct texts that are counted apart

/// Failures that are the same at every load, as far as can be told: another one of them would say no more.
constexpr Outcome dead_ends[] = {Outcome::http_3xx,   Outcome::http_4xx,       Outcome::http_5xx,
                                 Outcome::dns_failed, Outcome::connect_failed, Outcome::connect_timeout,
                                 Outcome::tls_failed, Outcome::tls_timeout};

bool is_dead_end(const Summary& s) {
  std::uint64_t hopeless = 0;
  for (const Outcome outcome : dead_ends) hopeless += s.by_outcome[static_cast<std::size_t>(outcome)];
  return hopeless == s.begun && s.begun > 0;
}

}  // namespace

void FailureCounts::add(const RequestRecord& record) {
  ++failed_;
  add_reason({record.outcome, record.error}, 1);
}

void FailureCounts::add_reason(std::pair<Outcome, std::string> reason, std::uint64_t times) {
  // Beyond it they are all different: those at hand are as good an example.
  const bool room = reasons_.size() < most_reasons || reasons_.contains(reason);
  if (room) reasons_[std::move(reason)] += times;
}

void FailureCounts::merge(const FailureCounts& other) {
  failed_ += other.failed_;
  for (const auto& [reason, times] : other.reasons_) add_reason(reason, times);
}

void FailureCounts::fill(Summary& s) const {
  s.failed = failed_;
  s.dead_end = is_dead_end(s);
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
