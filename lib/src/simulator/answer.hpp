#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "llmload/plan.hpp"

namespace llmload::simulator {

/// What a client asks for, or why it can't have it.
struct Question {
  Api api = Api::chat;
  unsigned tokens = 256;
  bool stream = false;
  std::string prompt;    ///< all messages' contents, joined
  int error_status = 0;  ///< not 0: refused, with `error`
  std::string error;
};

inline constexpr unsigned most_tokens = 131'072;

/// Reads a request. `key` is the one that is accepted; empty: any, but one must be there.
Question read_question(std::string_view method, std::string_view target, std::string_view authorization,
                       std::string_view api_key, std::string_view body, std::string_view key);

/// The JSON that serverless Llama sends: what differs from answer to answer is in the arguments.
struct AnswerIds {
  std::string id;
  long created = 0;
  std::string model = "simulated-llama";
};
std::string whole_answer(Api api, const AnswerIds& ids, std::string_view text, std::size_t prompt_tokens,
                         std::size_t completion_tokens);
std::string error_answer(int status, std::string_view message);

// The events of a stream, as "data: ...\n\n".
std::string role_event(const AnswerIds& ids);
std::string token_event(Api api, const AnswerIds& ids, std::string_view token);
std::string last_event(Api api, const AnswerIds& ids, std::size_t prompt_tokens,
                       std::size_t completion_tokens);

// Around them, HTTP/1.1.
std::string response(int status, std::string_view request_id, std::string_view body, bool keep_alive);
std::string stream_head(std::string_view request_id, bool keep_alive);
std::string chunk(std::string_view bytes);
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace llmload::simulator
