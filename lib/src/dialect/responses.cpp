#include <algorithm>
#include <boost/json.hpp>

#include "dialect/answer_json.hpp"
#include "dialect/request_body.hpp"
#include "llmload/dialect.hpp"

namespace llmload {
namespace dialect::responses {
namespace {

namespace json = boost::json;
using Choice = AnswerFacts::Choice;

constexpr std::string_view length_name[] = {"max_output_tokens"};

/// The events that bring text. Each text comes again in whole in events that are not among them.
struct Delta {
  std::string_view type;
  std::string Choice::*text;
};
constexpr Delta deltas[] = {{"response.output_text.delta", &Choice::content},
                            {"response.refusal.delta", &Choice::content},
                            {"response.reasoning_text.delta", &Choice::reasoning},
                            {"response.reasoning_summary_text.delta", &Choice::reasoning},
                            {"response.function_call_arguments.delta", &Choice::tool},
                            {"response.custom_tool_call_input.delta", &Choice::tool},
                            {"response.mcp_call_arguments.delta", &Choice::tool},
                            {"response.code_interpreter_call_code.delta", &Choice::tool},
                            {"response.shell_call_command.delta", &Choice::tool},
                            {"response.apply_patch_call_operation_diff.delta", &Choice::tool}};

/// What of an item of the output is text; of its parts `text` and `refusal` are.
struct Place {
  std::string_view name;
  std::string Choice::*text;
};
constexpr Place texts_of_item[] = {
    {"name", &Choice::tool}, {"arguments", &Choice::tool}, {"input", &Choice::tool}, {"code", &Choice::tool}};
constexpr Place parts_of_message[] = {{"content", &Choice::content}};
constexpr Place parts_of_reasoning[] = {{"summary", &Choice::reasoning}, {"content", &Choice::reasoning}};

void read_parts(const json::object& item, std::span<const Place> places, Choice& choice) {
  for (const auto& [name, text] : places) {
    const json::array* parts = array_in(item, name);
    if (parts == nullptr) continue;
    for (const json::value& part : *parts) {
      const json::object* p = part.if_object();
      if (p != nullptr) (choice.*text).append(text_in(*p, "text")).append(text_in(*p, "refusal"));
    }
  }
}

/// What a computer, a shell or a search is told to do.
void read_action(const json::object& item, Choice& choice) {
  if (const json::object* action = object_in(item, "action")) choice.tool += json::serialize(*action);
}

/// As it begins in a stream, or whole.
void read_operation(const json::object& item, Choice& choice) {
  const json::object* operation = object_in(item, "operation");
  if (operation != nullptr)
    choice.tool.append(text_in(*operation, "path")).append(text_in(*operation, "diff"));
}

void read_item(const json::object& item, Choice& choice) {
  const std::string_view type = text_in(item, "type");
  if (type == "message") return read_parts(item, parts_of_message, choice);
  if (type == "reasoning") return read_parts(item, parts_of_reasoning, choice);
  for (const auto& [name, text] : texts_of_item) choice.*text += text_in(item, name);
  read_action(item, choice);
  read_operation(item, choice);
}

int status_of(std::optional<std::uint64_t> number) {
  return number && *number >= 400 && *number < 600 ? static_cast<int>(*number) : 0;
}

int status_of(std::string_view code) {
  if (code == "rate_limit_exceeded" || code == "insufficient_quota") return 429;
  if (code == "server_error") return 500;
  if (code == "vector_store_timeout") return 504;
  return code.starts_with("invalid_") ? 400 : 0;
}

AnswerError error_of(const json::object& error) {
  std::string code(text_in(error, "code"));
  const auto number = count_in(error, "code");
  if (number) code = std::to_string(*number);
  if (code.empty() && text_in(error, "type") != "error") code = text_in(error, "type");
  const int status = status_of(number);
  return {message_of(error), code, status != 0 ? status : status_of(code)};
}

/// An event that is an error has what it says in itself, or in a member.
AnswerError error_of_event(const json::object& event) {
  const json::object* error = object_in(event, "error");
  AnswerError said = error_of(error != nullptr ? *error : event);
  if (said.status == 0) said.status = status_of(count_in(event, "status"));
  return said;
}

void read_usage(const json::object& response, AnswerFacts& facts) {
  const json::object* usage = object_in(response, "usage");
  if (usage == nullptr) return;
  facts.prompt_tokens = count_in(*usage, "input_tokens");
  facts.completion_tokens = count_in(*usage, "output_tokens");
  if (const json::object* input = object_in(*usage, "input_tokens_details"))
    facts.cached_tokens = count_in(*input, "cached_tokens");
  if (const json::object* output = object_in(*usage, "output_tokens_details"))
    facts.reasoning_tokens = count_in(*output, "reasoning_tokens");
}

/// Of one that is over: how it ended, and its usage.
void read_end(const json::object& response, AnswerFacts& facts, Choice& choice) {
  const json::object* details = object_in(response, "incomplete_details");
  choice.finish_reason = details != nullptr ? text_in(*details, "reason") : "";
  if (choice.finish_reason.empty()) choice.finish_reason = text_in(response, "status");
  if (const json::object* error = object_in(response, "error")) facts.error = error_of(*error);
  read_usage(response, facts);
}

void read_event(std::string_view type, const json::object& event, AnswerFacts& facts) {
  if (type == "response.queued" || type == "response.in_progress") return;
  if (type == "response.created") {
    facts.has_role = true;
    return;
  }
  Choice& choice = facts.choices.emplace_back();
  const auto* const delta = std::ranges::find(deltas, type, &Delta::type);
  if (delta != std::end(deltas)) {
    choice.*delta->text = text_in(event, "delta");
  } else if (const json::object* response = object_in(event, "response")) {
    facts.is_done = true;
    read_end(*response, facts, choice);
  } else if (type == "response.output_item.added") {
    const json::object* item = object_in(event, "item");
    if (item == nullptr) return;
    choice.tool = text_in(*item, "name");
    read_operation(*item, choice);
  } else if (type == "response.output_item.done") {
    // An action comes in no delta, but for a shell's commands.
    const json::object* item = object_in(event, "item");
    if (item != nullptr && text_in(*item, "type") != "shell_call") read_action(*item, choice);
  }
}

void read_whole(const json::object& response, AnswerFacts& facts) {
  const std::string_view status = text_in(response, "status");
  const json::array* output = array_in(response, "output");
  if (status == "queued" || status == "in_progress")
    facts.malformed = "is not finished: its status is " + std::string(status);
  else if (output == nullptr)
    facts.malformed = "has no output";
  Choice& choice = facts.choices.emplace_back();
  read_end(response, facts, choice);
  if (output == nullptr) return;
  for (const json::value& item : *output) {
    if (const json::object* i = item.if_object()) read_item(*i, choice);
  }
}

class Responses : public Dialect {
 public:
  [[nodiscard]] std::string_view name() const override { return "responses"; }
  [[nodiscard]] std::string_view path_suffix() const override { return "/responses"; }

  [[nodiscard]] std::span<const std::string_view> length_names() const override { return length_name; }
  [[nodiscard]] std::string body(const RequestSpec& spec, const BodySettings& settings) const override {
    json::object body = begin_body(settings);
    if (!settings.system_prompt.empty()) body["instructions"] = view(settings.system_prompt);
    add_messages(spec.messages, body["input"].emplace_array());
    body[view(length_name[0])] = settings.max_tokens;
    add_sampling(settings, body);
    body["stream"] = settings.stream;
    return json::serialize(body);
  }

  [[nodiscard]] bool read(std::string_view text, std::string_view /*event*/,
                          AnswerFacts& facts) const override {
    const AnswerJson answer(text);
    const json::object* root = answer.object();
    if (root == nullptr) return false;
    const std::string_view type = text_in(*root, "type");
    if (type.starts_with("response."))
      read_event(type, *root, facts);
    else if (type == "error")
      facts.error = error_of_event(*root);
    else if (text_in(*root, "object") == "response")
      read_whole(*root, facts);
    else
      return false;
    return true;
  }

  [[nodiscard]] std::optional<AnswerError> read_error(std::string_view text) const override {
    const AnswerJson answer(text);
    const json::object* root = answer.object();
    if (root == nullptr || text_in(*root, "type") != "error") return std::nullopt;
    return error_of_event(*root);
  }
};

}  // namespace
}  // namespace dialect::responses

std::shared_ptr<const Dialect> responses_dialect() {
  static const auto responses = std::make_shared<const dialect::responses::Responses>();
  return responses;
}

}  // namespace llmload
