#include <algorithm>
#include <array>

#include "llmload/request_record.hpp"
#include "text/lower.hpp"

namespace llmload {
namespace {

// docs/answers.md has the same lists.
constexpr std::array<std::string_view, 20> good = {
    "stop",       "length",        "tool_calls",        "tool_call",  "function_call",
    "tool_use",   "eos",           "eos_token",         "end_turn",   "max_tokens",
    "max_length", "stop_sequence", "stop_str",          "stop_token", "stop_token_id",
    "complete",   "completed",     "max_output_tokens", "pause_turn", "model_context_window_exceeded"};
constexpr std::array<std::string_view, 18> failed = {
    "error",      "abort",       "aborted",    "cancel",    "cancelled", "canceled",
    "timeout",    "timed_out",   "fail",       "failed",    "failure",   "insufficient_system_resource",
    "overloaded", "interrupted", "incomplete", "preempted", "load",      "malformed_function_call"};
constexpr std::array<std::string_view, 7> filtered = {
    "safety", "recitation", "prohibited_content", "blocklist", "spii", "sensitive", "refusal"};

bool is_in(const auto& list, std::string_view reason) {
  return std::ranges::find(list, reason) != list.end();
}

}  // namespace

Finish finish_of(std::string_view reason) {
  if (reason.empty()) return Finish::none;
  if (is_in(good, reason)) return Finish::good;  // as almost all are, and without a copy
  const std::string plain = text::lower(reason);
  if (is_in(good, plain)) return Finish::good;
  if (plain.starts_with("content_filter") || is_in(filtered, plain)) return Finish::filtered;
  const bool error = plain.ends_with("_error") || plain.starts_with("error_");
  return error || is_in(failed, plain) ? Finish::failed : Finish::unknown;
}

}  // namespace llmload
