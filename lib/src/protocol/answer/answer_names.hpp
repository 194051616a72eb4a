#pragma once

#include <cstdint>
#include <string_view>

namespace llmload::protocol {

/// The member names of answers, events and errors that mean something to us. Where several names mean the
/// same they are one here; docs/answers.md lists them.
enum class Name : std::uint8_t {
  other,
  arguments,
  cached_tokens,
  choices,
  code,
  completion_tokens,
  content,
  delta,
  detail,
  error,
  finish_reason,
  function,
  function_call,
  index,
  message,
  name,
  object,
  prompt_tokens,
  reason,
  reasoning,
  reasoning_content,
  reasoning_details,
  reasoning_tokens,
  refusal,
  role,
  status,
  summary,
  text,
  thinking,
  token_details,
  tool_calls,
  type,
  usage,
  vendor_usage
};

Name name_of(std::string_view key);

}  // namespace llmload::protocol
