#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "llmload/plan.hpp"
#include "llmload/request_record.hpp"
#include "llmload/summary.hpp"

namespace llmload::report_test {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// A record with every field set, each to a value of its own.
inline RequestRecord full_record() {
  RequestRecord r;
  r.stage = 3;
  r.index = UINT64_MAX;
  r.turn = 22;
  r.first_turn = 5;
  r.turns = 23;
  r.label = "a \"long\" one";
  r.max_tokens = 256;
  r.shard = 1;
  r.measured = false;
  r.scheduled = -2ns;
  r.admitted = -1ns;
  r.dispatched = 0ns;
  r.endpoint = 4;
  r.opening = 1ns;
  r.resolved = 2ns;
  r.tcp_connected = 3ns;
  r.tls_done = 4ns;
  r.send_began = -5ns;
  r.sent = 5ns;
  r.first_byte = 6ns;
  r.headers = 7ns;
  r.first_event = 8ns;
  r.role_event = -7ns;
  r.first_token = 9ns;
  r.last_token = 10ns;
  r.finish_event = -8ns;
  r.last_choice_event = -9ns;
  r.done = nanoseconds(INT64_C(1) << 60);
  r.ended = 21ns;
  r.outcome = Outcome::ok;
  r.time_source = TimeSource::mixed;
  r.http_status = 200;
  r.reconnects = 11;
  r.stale_answers = 18;
  r.attempts = 19;
  r.retry_wait = 20ns;
  r.limits = {{-5ns, 0, {}, {}}, {7ns, {}, 9'000, 893'000}};
  r.connection_reused = true;
  r.body_bytes = 12;
  r.text_bytes = 4;
  r.usage_prompt_tokens = 13;
  r.usage_completion_tokens = 14;
  r.usage_cached_tokens = 5;
  r.shared_tokens = 4;
  r.usage_reasoning_tokens = 6;
  r.first_choice_bytes = 2;
  r.usage_refused = true;
  r.text_dropped = true;
  r.prompt_tokens = 15;
  r.system_tokens = 3;
  r.output_tokens = 16;
  r.reasoning_tokens = 17;
  r.tool_tokens = 0;
  r.events = {{9ns, 18, 19, TextKind::content, false},
              {10ns, UINT32_MAX, 0, TextKind::reasoning, true},
              {nanoseconds(INT64_C(1) << 60), 0, UINT16_MAX, TextKind::tool, false}};
  r.streamed = true;
  r.first_token_merged = true;
  r.finish_reason = "stop";
  r.request_id = "id-1";
  r.error = "none \"really\"";
  r.output = "line\nline\t\x01 \\ \xc3\xa9 \xf0\x9f\x98\x80 </script>";
  r.reasoning = "hm";
  r.tool_text = "{\"a\":1}";
  return r;
}

/// Request `index` of a stage: an answer of `tokens` tokens after `after_ms`.
inline RequestRecord answered(std::uint64_t index, std::int64_t after_ms, std::uint64_t tokens) {
  RequestRecord r;
  r.index = index;
  r.outcome = Outcome::ok;
  r.http_status = 200;
  r.dispatched = 1'000ns;
  r.first_byte = r.done = std::chrono::milliseconds(after_ms);
  r.usage_prompt_tokens = 5;
  r.usage_completion_tokens = tokens;
  r.output = "some words";
  return r;
}

}  // namespace llmload::report_test
