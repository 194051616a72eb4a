#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "llmload/request_record.hpp"

namespace llmload::metrics_test {

constexpr std::chrono::nanoseconds ms = std::chrono::milliseconds(1);
constexpr bool merged = true;

inline bool near(const std::optional<double>& a, double b) {
  return a && std::abs(*a - b) <= 1e-12 * std::max(1.0, std::abs(b));
}

/// A token event at so many milliseconds that brings so many tokens.
inline TokenEvent event(std::int64_t at, std::uint16_t tokens, bool with_the_one_before = false,
                        TextKind kind = TextKind::content) {
  TokenEvent e;
  e.at = at * ms;
  e.tokens = tokens;
  e.merged = with_the_one_before;
  e.kind = kind;
  return e;
}

inline TokenEvent reasoning(std::int64_t at, std::uint16_t tokens) {
  return event(at, tokens, false, TextKind::reasoning);
}

/// A streamed answer that is ok, from 0 to `done` milliseconds, whose tokens the tokenizer counted.
inline RequestRecord streamed(std::int64_t done, std::vector<TokenEvent> events) {
  RequestRecord r;
  r.outcome = Outcome::ok;
  r.http_status = 200;
  r.finish_reason = "stop";
  r.time_source = TimeSource::kernel;
  r.streamed = true;
  r.dispatched = r.sent = 0 * ms;
  r.done = done * ms;
  r.output_tokens = 0;
  for (const TokenEvent& e : events) *r.output_tokens += e.tokens;
  if (!events.empty()) {
    r.first_byte = r.first_token = events.front().at;
    r.last_token = events.back().at;
  }
  r.events = std::move(events);
  return r;
}

/// An answer that came as one body, from 0 to `done` milliseconds.
inline RequestRecord whole(std::int64_t done, std::uint64_t tokens) {
  RequestRecord r = streamed(done, {});
  r.streamed = false;
  r.first_byte = r.done;
  r.output_tokens = tokens;
  return r;
}

}  // namespace llmload::metrics_test
