#include "simulator/dialects/anthropic.hpp"

#include <boost/json.hpp>

#include "simulator/dialects/json_parts.hpp"

namespace llmload::simulator {
namespace anthropic {
namespace {

namespace json = boost::json;

/// A finish reason in a chat's words, in Anthropic's.
std::string_view stop_reason(std::string_view finish_reason) {
  if (finish_reason == "length") return "max_tokens";
  if (finish_reason == "stop") return "end_turn";
  if (finish_reason == "tool_calls") return "tool_use";
  return finish_reason == "content_filter" ? "refusal" : finish_reason;
}

std::string_view error_type(int status) {
  switch (status) {
    case 401: return "authentication_error";
    case 403: return "permission_error";
    case 404: return "not_found_error";
    case 413: return "request_too_large";
    case 429: return "rate_limit_error";
    case 504: return "timeout_error";
    case 503:
    case 529: return "overloaded_error";
    default: return status < 500 ? "invalid_request_error" : "api_error";
  }
}

/// Those of the prompt that were in the cache are no `input_tokens`.
std::string usage_of(const SimulatedAnswer& answer, std::size_t output) {
  const std::size_t cached = answer.cached_tokens.value_or(0);
  return joined({R"("usage":{"input_tokens":)", std::to_string(answer.prompt_tokens - cached),
                 R"(,"cache_creation_input_tokens":0,"cache_read_input_tokens":)", std::to_string(cached),
                 R"(,"output_tokens":)", std::to_string(output), "}"});
}

/// `reason`: as JSON.
std::string message(const SimulatedAnswer& answer, std::string_view content, std::string_view reason,
                    std::size_t output) {
  return joined({R"({"id":")", answer.id, R"(","type":"message","role":"assistant","model":")",
                 simulated_model, R"(","content":[)", content, R"(],"stop_reason":)", reason,
                 R"(,"stop_sequence":null,)", usage_of(answer, output), "}"});
}

std::string quoted_reason(const SimulatedAnswer& answer) {
  return joined({"\"", stop_reason(answer.finish_reason), "\""});
}

std::string error_member(int status, std::string_view text) {
  return joined({R"("error":{"type":")", error_type(status), R"(","message":)", json_string(text), "}"});
}

class SimulatedAnthropic : public SimulatedDialect {
 public:
  [[nodiscard]] std::string_view path_suffix() const override { return "/messages"; }
  [[nodiscard]] std::string_view operation() const override { return "Messages_Create"; }

  [[nodiscard]] SimulatedQuestion read(std::string_view body) const override {
    SimulatedQuestion question;
    const auto payload = read_object(body, question);
    if (!payload) return question;
    if (const json::value* system = payload->if_contains("system")) append_content(*system, question.prompt);
    const json::value* messages = payload->if_contains("messages");
    if (messages == nullptr || !append_messages(*messages, "content", question.prompt))
      question.refusal = "messages: field required, a list";
    else if (!payload->contains("max_tokens"))
      question.refusal = "max_tokens: field required";
    read_max_tokens(*payload, {"max_tokens"}, question);
    read_stream(*payload, question);
    return question;
  }

  [[nodiscard]] std::string whole_answer(const SimulatedAnswer& answer) const override {
    const std::string block = joined({R"({"type":"text","text":")", answer.text, R"("})"});
    return message(answer, block, quoted_reason(answer), answer.completion_tokens);
  }

  [[nodiscard]] SimulatedStream stream(const SimulatedAnswer& answer) const override {
    constexpr std::size_t output_so_far = 1;
    SimulatedStream events;
    events.opening = {
        typed_event("message_start", R"(,"message":)" + message(answer, "", "null", output_so_far)),
        typed_event("content_block_start", R"(,"index":0,"content_block":{"type":"text","text":""})"),
        typed_event("ping", "")};
    events.token_begin =
        joined({"event: content_block_delta\n", R"(data: {"type":"content_block_delta","index":0,)",
                R"("delta":{"type":"text_delta","text":")"});
    events.token_end = "\"}}\n\n";
    return events;
  }

  [[nodiscard]] std::vector<std::string> closing(const SimulatedAnswer& answer) const override {
    return {typed_event("content_block_stop", R"(,"index":0)"),
            typed_event("message_delta",
                        joined({R"(,"delta":{"stop_reason":)", quoted_reason(answer),
                                R"(,"stop_sequence":null},)", usage_of(answer, answer.completion_tokens)})),
            typed_event("message_stop", "")};
  }

  [[nodiscard]] std::string odd_event(const SimulatedAnswer& /*answer*/,
                                      std::string_view members) const override {
    return typed_event("ping", joined({",", members}));
  }
  [[nodiscard]] std::string error_body(int status, std::string_view text) const override {
    return joined({R"({"type":"error",)", error_member(status, text), "}"});
  }
  [[nodiscard]] std::string error_event(std::string_view text) const override {
    return typed_event("error", joined({",", error_member(500, text)}));
  }
};

}  // namespace
}  // namespace anthropic

std::shared_ptr<const SimulatedDialect> make_simulated_anthropic() {
  return std::make_shared<const anthropic::SimulatedAnthropic>();
}

}  // namespace llmload::simulator
