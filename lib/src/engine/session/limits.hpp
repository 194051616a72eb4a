#pragma once

#include <string>
#include <utility>

#include "llmload/plan.hpp"
#include "llmload/request_record.hpp"
#include "net/arrival_clock.hpp"

namespace llmload::engine {

/// Until when something may take, and what passing that means.
struct Limit {
  net::Time at;
  Outcome meaning;
};

/// The one of the two that comes first; `deadline` where they are the same.
inline Limit earlier(const Limit& limit, const Limit& deadline) {
  return deadline.at <= limit.at ? deadline : limit;
}

/// How a request ended without an answer that tells it.
struct Failure {
  // No aggregate: it is made in coroutines, where GCC 12 destroys some of these twice.
  Failure(Outcome the_outcome, std::string the_reason)
      : outcome(the_outcome), reason(std::move(the_reason)) {}

  Outcome outcome;
  std::string reason;
};

/// Of a request that is cancelled, or for which a limit of the plan has passed.
Failure interruption(Outcome outcome, const Timeouts& limits);

/// A limit of ours ended the request, or an interruption.
bool is_ours(Outcome outcome);

}  // namespace llmload::engine
