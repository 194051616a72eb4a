#include "simulator/dialects/responses.hpp"

#include <boost/json.hpp>

#include "simulator/dialects/json_parts.hpp"

namespace llmload::simulator {
namespace responses {
namespace {

namespace json = boost::json;

/// How an answer ends, by its finish reason in a chat's words.
struct Ending {
  std::string_view status, details;
};
Ending ending_of(std::string_view finish_reason) {
  if (finish_reason == "length") return {"incomplete", R"({"reason":"max_output_tokens"})"};
  if (finish_reason == "content_filter") return {"incomplete", R"({"reason":"content_filter"})"};
  return {"completed", "null"};
}

std::string item_id(const SimulatedAnswer& answer) { return joined({"msg-", answer.id}); }

/// `text`: of a part of the content.
std::string part(std::string_view text) {
  return joined({R"({"type":"output_text","annotations":[],"logprobs":[],"text":")", text, R"("})"});
}

std::string message(const SimulatedAnswer& answer, std::string_view status, std::string_view content) {
  return joined({R"({"id":")", item_id(answer), R"(","type":"message","status":")", status,
                 R"(","role":"assistant","content":[)", content, "]}"});
}

std::string usage_of(const SimulatedAnswer& answer) {
  return joined({R"({"input_tokens":)", std::to_string(answer.prompt_tokens),
                 R"(,"input_tokens_details":{"cached_tokens":)",
                 std::to_string(answer.cached_tokens.value_or(0)), R"(},"output_tokens":)",
                 std::to_string(answer.completion_tokens),
                 R"(,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":)",
                 std::to_string(answer.prompt_tokens + answer.completion_tokens), "}"});
}

std::string response(const SimulatedAnswer& answer, const Ending& ending, std::string_view output,
                     std::string_view usage) {
  return joined({R"({"id":")", answer.id, R"(","object":"response","created_at":)",
                 std::to_string(answer.created), R"(,"status":")", ending.status,
                 R"(","error":null,"incomplete_details":)", ending.details, R"(,"model":")", simulated_model,
                 R"(","output":[)", output, R"(],"usage":)", usage, "}"});
}

std::string finished(const SimulatedAnswer& answer) {
  const Ending ending = ending_of(answer.finish_reason);
  return response(answer, ending, message(answer, ending.status, part(answer.text)), usage_of(answer));
}

/// Where the text of a part is.
std::string place(const SimulatedAnswer& answer) {
  return joined({R"(,"item_id":")", item_id(answer), R"(","output_index":0,"content_index":0)"});
}

class SimulatedResponses : public SimulatedDialect {
 public:
  [[nodiscard]] std::string_view path_suffix() const override { return "/responses"; }
  [[nodiscard]] std::string_view operation() const override { return "Responses_Create"; }

  [[nodiscard]] SimulatedQuestion read(std::string_view body) const override {
    SimulatedQuestion question;
    const auto payload = read_object(body, question);
    if (!payload) return question;
    if (const json::value* instructions = payload->if_contains("instructions"))
      append_content(*instructions, question.prompt);
    const json::value* input = payload->if_contains("input");
    if (input != nullptr && input->is_string()) {
      if (!question.prompt.empty()) question.prompt += ' ';
      append_content(*input, question.prompt);
    } else if (input == nullptr || !append_messages(*input, "type", question.prompt)) {
      question.refusal = "input is missing or of a wrong type";
    }
    read_max_tokens(*payload, {"max_output_tokens"}, question);
    read_stream(*payload, question);
    return question;
  }

  [[nodiscard]] std::string whole_answer(const SimulatedAnswer& answer) const override {
    return finished(answer);
  }

  [[nodiscard]] SimulatedStream stream(const SimulatedAnswer& answer) const override {
    const std::string begun = R"(,"response":)" + response(answer, {"in_progress", "null"}, "", "null");
    const std::string item = R"(,"output_index":0,"item":)" + message(answer, "in_progress", "");
    SimulatedStream events;
    events.opening = {typed_event("response.created", begun), typed_event("response.in_progress", begun),
                      typed_event("response.output_item.added", item),
                      typed_event("response.content_part.added", place(answer) + R"(,"part":)" + part(""))};
    events.token_begin =
        joined({"event: response.output_text.delta\n", R"(data: {"type":"response.output_text.delta")",
                place(answer), R"(,"logprobs":[],"delta":")"});
    events.token_end = "\"}\n\n";
    return events;
  }

  [[nodiscard]] std::vector<std::string> closing(const SimulatedAnswer& answer) const override {
    const Ending ending = ending_of(answer.finish_reason);
    const std::string at = place(answer), whole_part = part(answer.text);
    const std::string item = message(answer, ending.status, whole_part);
    return {typed_event("response.output_text.done", joined({at, R"(,"text":")", answer.text, R"(")"})),
            typed_event("response.content_part.done", joined({at, R"(,"part":)", whole_part})),
            typed_event("response.output_item.done", joined({R"(,"output_index":0,"item":)", item})),
            typed_event(joined({"response.", ending.status}), R"(,"response":)" + finished(answer))};
  }

  [[nodiscard]] std::string odd_event(const SimulatedAnswer& /*answer*/,
                                      std::string_view members) const override {
    return typed_event("response.in_progress", joined({",", members}));
  }
  [[nodiscard]] std::string error_event(std::string_view text) const override {
    return typed_event("error", R"(,"code":"server_error","param":null,"message":)" + json_string(text));
  }
};

}  // namespace
}  // namespace responses

std::shared_ptr<const SimulatedDialect> make_simulated_responses() {
  return std::make_shared<const responses::SimulatedResponses>();
}

}  // namespace llmload::simulator
