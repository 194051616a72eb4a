#include <boost/json.hpp>

#include "simulator/dialects/json_parts.hpp"
#include "simulator/dialects/openai_dialect.hpp"

namespace llmload::simulator {
namespace {

namespace json = boost::json;

constexpr OpenAiForms completions_forms = {.path_suffix = "/completions",
                                           .operation = "Completions_Create",
                                           .object = "text_completion",
                                           .event_object = "text_completion",
                                           .whole_begin = R"("text":")",
                                           .whole_end = R"(")",
                                           .text_begin = R"("text":")",
                                           .text_end = R"(")",
                                           .no_text = R"("text":"")",
                                           .has_role = false};

class SimulatedCompletions : public OpenAiDialect {
 public:
  explicit SimulatedCompletions(ServerStyle style) : OpenAiDialect(style, completions_forms) {}

 protected:
  bool read_prompt(const json::object& payload, std::string& prompt) const override {
    const json::value* given = payload.if_contains("prompt");
    if (given == nullptr || !given->is_string()) return false;
    append_content(*given, prompt);
    return true;
  }
};

}  // namespace

std::shared_ptr<const SimulatedDialect> make_simulated_completions(ServerStyle style) {
  return std::make_shared<const SimulatedCompletions>(style);
}

}  // namespace llmload::simulator
