#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "llmload/pacer.hpp"
#include "llmload/summary.hpp"
#include "unit/metrics/hand_made.hpp"

namespace llmload::report_test {

using metrics_test::distribution_of;
using metrics_test::number_of;

/// A stage of 64 sessions with every number known.
inline Summary full_summary() {
  Summary s;
  s.stage = {ClosedLoop{64}, 64};
  s.planned = s.begun = 64;
  s.ok = 62;
  s.failed = 2;
  s.by_outcome[static_cast<std::size_t>(Outcome::ok)] = 62;
  s.by_outcome[static_cast<std::size_t>(Outcome::rate_limited)] = 2;
  s.finish_reasons = {{"stop", 62}};
  s.by_shard = {32, 32};
  s.wall_seconds = 0.44;
  distribution_of(s, "e2e_ms") =
      Distribution{62, 280, 30.25, 208.456, 350.1, 277.468, 330.5, 340, 348.351, 349.9};
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

/// The same of streamed answers, with limits for goodput.
inline Summary streamed_summary() {
  Summary s = full_summary();
  distribution_of(s, "ttft_ms") = Distribution{62, 51.5, 1.5, 50, 60, 51.234, 53.25, 54, 55.126, 59.5};
  distribution_of(s, "ttfo_ms") = Distribution{62, 71.5, 1.5, 70, 80, 71.234, 73.25, 74, 75.126, 79.5};
  distribution_of(s, "tpot_ms") = Distribution{62, 20.5, 0.5, 20, 23, 20.456, 21.25, 22, 22.506, 22.75};
  distribution_of(s, "itl_ms") = Distribution{15'000, 20.25, 2, 0.001, 41, 20.01, 21.5, 22.5, 30, 40};
  distribution_of(s, "event_gap_ms") = Distribution{7'500, 40.5, 4, 0.5, 82, 40.02, 43, 45, 60, 80};
  distribution_of(s, "tokens_per_event") = Distribution{62, 1.987, 0.25, 1, 3, 2, 2.1, 2.2, 2.5, 2.9};
  number_of(s, "merged_share") = 0.0123456;
  number_of(s, "first_token_merged_share") = 0.25;
  distribution_of(s, "request_output_rate") = Distribution{62, 918.5, 10, 900, 950, 917, 930, 935, 940, 949};
  distribution_of(s, "request_prompt_rate") = Distribution{62, 500.5, 10, 450, 550, 499, 520, 530, 540, 549};
  s.goodput = 120.125;
  s.good_share = 0.9375;
  s.reasoning_tokens = 1'000;
  s.tool_tokens = 10;
  s.usage_cached_tokens = 70;
  s.shared_tokens = 60;
  s.conversations = ConversationCounts{9, 7, 2, 30, 12.5};
  s.usage_reasoning_tokens = 80;
  s.usage_ratio = 1.75;
  s.token_doubt = "the server counts twice as many";
  s.finish_reasons = {{"abort", 2}, {"stop", 60}};
  s.started_at = decltype(s.started_at)(std::chrono::nanoseconds(123'456'789));
  return s;
}

/// Likewise of an open loop of 12.5 requests/s with a cap that queues, after a calibration.
inline Summary open_summary() {
  Summary s = streamed_summary();
  s.stage.requests = 64;
  s.stage.loop =
      OpenLoop{.pacer = make_constant_pacer(12.5), .arrival = "gamma 0.25", .rate = 12.5, .concurrency = 8};
  s.stage.warmup_requests = 4;
  s.stage.warmup = std::chrono::milliseconds(1'500);
  s.stage.cooldown = std::chrono::milliseconds(250);
  s.stage.own_error = OwnErrorP99{0.0091, 0.5, 0.25, 0.125};
  s.planned = 70;
  s.dropped = 4;
  s.not_started = 2;
  s.outside_window = 9;
  s.outside_failed = 1;
  s.cold_requests = 3;
  s.schedule_hash = "ab12";
  distribution_of(s, "service_e2e_ms") =
      Distribution{62, 270, 30.25, 200, 340, 267.468, 320.5, 330, 338.351, 339.9};
  distribution_of(s, "service_ttft_ms") =
      Distribution{62, 41.5, 1.5, 40, 50, 41.234, 43.25, 44, 45.126, 49.5};
  distribution_of(s, "queue_wait_ms") = Distribution{62, 5.5, 1.5, 0, 9, 5.25, 6, 7, 8.126, 8.5};
  distribution_of(s, "e2e_ms")->own_error_p99 = distribution_of(s, "service_e2e_ms")->own_error_p99 = 0.0091;
  distribution_of(s, "ttft_ms")->own_error_p99 = 0.5;
  distribution_of(s, "tpot_ms")->own_error_p99 = 0.25;
  distribution_of(s, "event_gap_ms")->own_error_p99 = 0.125;
  s.own_error.dispatch_lag_ms = Distribution{64, 0.02, 0.01, 0.001, 0.5, 0.015, 0.03, 0.04, 0.05012, 0.4};
  s.own_error.read_lag_ms = Distribution{900, 0.03, 0.01, 0.001, 0.5, 0.025, 0.03, 0.04, 0.0601, 0.4};
  s.own_error.loop_lag_ms = Distribution{99, 0.04, 0.01, 0.001, 0.5, 0.035, 0.03, 0.04, 0.0701, 0.4};
  s.own_error.cpu_shares = {0.25, 0.125};
  s.valid = false;
  s.invalid_reasons = {{"sent_late", 7, 1, "requests were sent late"}};
  return s;
}

/// What a server said of a stage.
inline ServerMetrics server_metrics() {
  ServerMetrics server;
  server.scrapes = 6;
  server.failed = 1;
  server.running = ServerLevel{3.5, 4};
  server.queued = ServerLevel{0.25, 2};
  server.kv_cache_share = ServerLevel{0.125, 0.5};
  server.prefix_queries = 400;
  server.prefix_hits = 300;
  server.prefix_hit_share = 0.75;
  server.preemptions = 1;
  return server;
}

/// A stage of 2 sessions without a success.
inline Summary failed_summary() {
  Summary s;
  s.stage = {ClosedLoop{2}, 2};
  s.planned = s.begun = s.failed = 2;
  s.by_outcome[static_cast<std::size_t>(Outcome::http_5xx)] = 2;
  s.by_shard = {2};
  s.commonest_outcome = Outcome::http_5xx;
  s.commonest_count = 2;
  s.commonest_reason = "HTTP 500: \"oops\", sorry";
  return s;
}

}  // namespace llmload::report_test
