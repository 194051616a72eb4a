#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "llmload/simulator.hpp"

namespace llmload::simulator {

/// What it speaks.
enum class Api { chat, completions };

/// What a client asks for, or why it can't have it.
struct Question {
  Api api = Api::chat;
  const SimulatedDialect* own = nullptr;  ///< not null: it is spoken in place of `api`
  unsigned tokens = 256;
  bool stream = false;
  bool include_usage = false;  ///< stream_options say so
  std::string stream_options;  ///< as JSON; empty: there were none
  std::string prompt;          ///< all messages' contents, joined
  int error_status = 0;        ///< not 0: refused, with `error`
  std::string error;
};

inline constexpr unsigned most_tokens = 131'072;

/// Reads a request. `key` is the one that is accepted; empty: any, but one must be there. `own` must outlive
/// the question.
Question read_question(std::string_view method, std::string_view target, std::string_view authorization,
                       std::string_view api_key, std::string_view body, std::string_view key,
                       const SimulatedDialect* own = nullptr);

/// What differs from answer to answer.
struct AnswerIds {
  std::string id;
  long created = 0;
  std::string model = "simulated-llama";
};

// Members of answers and events, as JSON.
std::string identity(std::string_view object, const AnswerIds& ids);  ///< id to model, and a comma
std::string usage(std::size_t prompt_tokens, std::size_t completion_tokens);
/// What Azure's filter found in a prompt or an answer.
inline constexpr std::string_view nothing_filtered =
    R"({"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},)"
    R"("sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}})";
std::string prompt_filter_results();

/// An answer that is not streamed. `text` must fit into JSON as it is.
std::string whole_answer(ServerStyle style, const Question& question, const AnswerIds& ids,
                         std::string_view text, std::size_t prompt_tokens, std::size_t completion_tokens,
                         std::string_view finish_reason = "length");
std::string error_answer(int status, std::string_view message);
/// Azure's error (429) of a quota that is used up; `what`: "token" or "call".
std::string rate_limited_answer(Api api, std::string_view what, std::int64_t retry_after_seconds);
/// Azure's answer (422) to a parameter of the body that it does not take; `input` is its value, as JSON.
std::string not_supported_answer(std::string_view parameter, std::string_view input);

}  // namespace llmload::simulator
