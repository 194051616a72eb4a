#pragma once

#include "llmload/summary.hpp"

namespace llmload::report_test {

/// A stage of 64 sessions with every number known.
inline Summary full_summary() {
  Summary s;
  s.stage = {64, 64, {}};
  s.planned = s.begun = 64;
  s.ok = 62;
  s.failed = 2;
  s.by_outcome[static_cast<std::size_t>(Outcome::ok)] = 62;
  s.by_outcome[static_cast<std::size_t>(Outcome::rate_limited)] = 2;
  s.by_shard = {32, 32};
  s.wall_seconds = 0.44;
  s.e2e_ms = Distribution{62, 280, 30.25, 208.456, 350.1, 277.468, 330.5, 340, 348.351};
  s.requests_per_second = 144.04;
  s.output_tokens_per_second = 36875.359;
  s.input_tokens_per_second = 2016.6;
  s.mean_output_tokens_per_second_per_request = 918;
  s.below_threshold = 3;
  s.output_tokens = 16'384;
  s.reconnects = 5;
  s.time_source = TimeSource::kernel;
  s.commonest_outcome = Outcome::rate_limited;
  s.commonest_count = 2;
  s.commonest_reason = "HTTP 429: slow down";
  return s;
}

/// A stage of 2 sessions without a success.
inline Summary failed_summary() {
  Summary s;
  s.stage = {2, 2, {}};
  s.planned = s.begun = s.failed = 2;
  s.by_outcome[static_cast<std::size_t>(Outcome::http_5xx)] = 2;
  s.by_shard = {2};
  s.commonest_outcome = Outcome::http_5xx;
  s.commonest_count = 2;
  s.commonest_reason = "HTTP 500: \"oops\", sorry";
  return s;
}

}  // namespace llmload::report_test
