#include <boost/json.hpp>

#include "simulator/dialects/json_parts.hpp"
#include "simulator/dialects/openai_dialect.hpp"

namespace llmload::simulator {
namespace {

namespace json = boost::json;

constexpr OpenAiForms chat_forms = {.path_suffix = "/chat/completions",
                                    .operation = "ChatCompletions_Create",
                                    .object = "chat.completion",
                                    .event_object = "chat.completion.chunk",
                                    .whole_begin = R"("message":{"role":"assistant","content":")",
                                    .whole_end = R"(","tool_calls":null})",
                                    .text_begin = R"("delta":{"content":")",
                                    .text_end = R"("})",
                                    .no_text = R"("delta":{})",
                                    .has_role = true};

class SimulatedChat : public OpenAiDialect {
 public:
  explicit SimulatedChat(ServerStyle style) : OpenAiDialect(style, chat_forms) {}

 protected:
  /// All messages' contents, joined.
  bool read_prompt(const json::object& payload, std::string& prompt) const override {
    const json::value* messages = payload.if_contains("messages");
    return messages != nullptr && append_messages(*messages, "tool_calls", prompt);
  }
};

}  // namespace

std::shared_ptr<const SimulatedDialect> make_simulated_chat(ServerStyle style) {
  return std::make_shared<const SimulatedChat>(style);
}

}  // namespace llmload::simulator
