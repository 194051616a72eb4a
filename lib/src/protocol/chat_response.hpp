#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace llmload::protocol {

/// What a complete (not streamed) answer says.
struct ChatResponse {
  std::string output;  ///< content, reasoning and tool text of all choices; reasoning first
  std::string finish_reason;
  std::optional<std::uint64_t> prompt_tokens;
  std::optional<std::uint64_t> completion_tokens;
};

/// Reads the body of a chat's or a completion's answer. On failure returns nothing and says in `why` what is
/// wrong with it.
std::optional<ChatResponse> read_chat_response(std::string_view body, std::string& why);

}  // namespace llmload::protocol
