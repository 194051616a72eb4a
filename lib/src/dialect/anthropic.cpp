#include <algorithm>
#include <boost/json.hpp>
#include <limits>

#include "dialect/answer_json.hpp"
#include "dialect/request_body.hpp"
#include "llmload/dialect.hpp"
#include "llmload/error.hpp"

namespace llmload {
namespace dialect::anthropic {
namespace {

namespace json = boost::json;
using Choice = AnswerFacts::Choice;

constexpr FixedHeader headers[] = {{"anthropic-version", "2023-06-01"}};

/// Where a block of the content, or a piece of one, has its text. Signatures, citations and what is redacted
/// are no text.
struct Place {
  std::string_view type, name;
  std::string Choice::*text;
};
constexpr Place places[] = {
    {"text", "text", &Choice::content},           {"text_delta", "text", &Choice::content},
    {"thinking", "thinking", &Choice::reasoning}, {"thinking_delta", "thinking", &Choice::reasoning},
    {"tool_use", "name", &Choice::tool},          {"server_tool_use", "name", &Choice::tool},
    {"mcp_tool_use", "name", &Choice::tool},      {"input_json_delta", "partial_json", &Choice::tool}};

struct ErrorStatus {
  std::string_view type;
  int status;
};
constexpr ErrorStatus statuses[] = {{"invalid_request_error", 400}, {"authentication_error", 401},
                                    {"billing_error", 402},         {"permission_error", 403},
                                    {"not_found_error", 404},       {"request_too_large", 413},
                                    {"rate_limit_error", 429},      {"api_error", 500},
                                    {"timeout_error", 504},         {"overloaded_error", 529}};

/// `piece`: a block of the content, as it begins in a stream or whole, or what is added to one.
void read_piece(const json::object& piece, Choice& choice) {
  const auto* const place = std::ranges::find(places, text_in(piece, "type"), &Place::type);
  if (place != std::end(places)) choice.*place->text += text_in(piece, place->name);
}

/// A tool's, where it comes at once: as a rule a stream's block begins with an empty one.
void read_input(const json::object& block, Choice& choice) {
  const auto* const place = std::ranges::find(places, text_in(block, "type"), &Place::type);
  const json::object* input = object_in(block, "input");
  if (place != std::end(places) && place->text == &Choice::tool && input != nullptr)
    choice.tool += json::serialize(*input);
}

/// How it ended, and what is said of a refusal.
void read_stop(const json::object& message, Choice& choice) {
  choice.finish_reason = text_in(message, "stop_reason");
  if (const json::object* details = object_in(message, "stop_details"))
    choice.finish_message = text_in(*details, "explanation");
}

/// It does not wrap: a sum that can't be must not look like one that can.
std::uint64_t bounded_sum(std::uint64_t a, std::uint64_t b) {
  return b > std::numeric_limits<std::uint64_t>::max() - a ? std::numeric_limits<std::uint64_t>::max()
                                                           : a + b;
}

/// Input tokens are without those of the cache, which the prompt has, too.
void read_usage(const json::object* usage, AnswerFacts& facts) {
  if (usage == nullptr) return;
  facts.completion_tokens = count_in(*usage, "output_tokens");
  facts.cached_tokens = count_in(*usage, "cache_read_input_tokens");
  const auto input = count_in(*usage, "input_tokens");
  if (!input) return;
  facts.prompt_tokens = bounded_sum(bounded_sum(*input, facts.cached_tokens.value_or(0)),
                                    count_in(*usage, "cache_creation_input_tokens").value_or(0));
}

/// Its output tokens are those so far: of an answer that breaks off they would be wrong.
void read_start(const json::object& event, AnswerFacts& facts) {
  facts.has_role = true;
  const json::object* message = object_in(event, "message");
  if (message != nullptr) read_usage(object_in(*message, "usage"), facts);
  facts.completion_tokens.reset();
}

void read_delta(const json::object& event, AnswerFacts& facts, Choice& choice) {
  if (const json::object* delta = object_in(event, "delta")) read_stop(*delta, choice);
  read_usage(object_in(event, "usage"), facts);
}

void read_whole(const json::object& message, AnswerFacts& facts) {
  const json::array* content = array_in(message, "content");
  if (content == nullptr) {
    facts.malformed = "has no content";
    return;
  }
  Choice& choice = facts.choices.emplace_back();
  for (const json::value& block : *content) {
    const json::object* b = block.if_object();
    if (b == nullptr) continue;
    read_piece(*b, choice);
    read_input(*b, choice);
  }
  read_stop(message, choice);
  read_usage(object_in(message, "usage"), facts);
}

AnswerError error_of(const json::object& answer) {
  const json::object* error = object_in(answer, "error");
  if (error == nullptr) return {json::serialize(answer), "", 0};
  const std::string_view type = text_in(*error, "type");
  const auto* const known = std::ranges::find(statuses, type, &ErrorStatus::type);
  return {message_of(*error), std::string(type), known != std::end(statuses) ? known->status : 0};
}

constexpr const char* more_than_parts =
    "a system message of more than a text or parts, for which Anthropic's has no place";

bool is_system(const Message& message) { return message.role == "system"; }

/// Of a request's own patch. One that is no object is found where it is merged.
bool has_system(const std::string& patch) {
  json::error_code ec;
  const json::value given = patch.empty() ? json::value() : json::parse(patch, ec);
  return given.is_object() && given.get_object().contains("system");
}

/// What a system message's JSON says; null: more than a text or parts, for which `system` has no place.
const json::value* content_alone(const json::value& message) {
  const json::object* const object = message.if_object();
  const json::value* const content = object != nullptr ? object->if_contains("content") : nullptr;
  if (content == nullptr || object->size() != (object->contains("role") ? 2 : 1)) return nullptr;
  return content->is_string() || content->is_array() ? content : nullptr;
}

json::value text_block(json::string_view text) { return {{"type", "text"}, {"text", text}}; }

/// A system message's text, or its parts as they are.
void add_blocks(const Message& message, json::array& blocks) {
  const json::value given = to_json(message);
  const json::value* const content = content_alone(given);
  if (content == nullptr) throw InputError(std::string("a request has ") + more_than_parts);
  if (content->is_array())
    blocks.insert(blocks.end(), content->get_array().begin(), content->get_array().end());
  else if (!content->get_string().empty())  // such a block is refused
    blocks.push_back(text_block(content->get_string()));
}

/// The plan's and the messages', as one text where all are texts. Null: there is none.
json::value system_of(std::string_view of_plan, std::span<const Message> messages) {
  const bool has_parts = std::ranges::any_of(messages, [](const Message& m) { return !m.json.empty(); });
  if (has_parts) {
    json::array blocks;
    if (!of_plan.empty()) blocks.push_back(text_block(view(of_plan)));
    for (const Message& message : messages) add_blocks(message, blocks);
    return blocks;
  }
  std::string text(of_plan);
  for (const Message& message : messages) text.append(text.empty() ? "" : "\n\n").append(message.text);
  return text.empty() ? json::value() : json::value(text);
}

/// False: the text is none of the API's.
bool read_text(const json::object& text, AnswerFacts& facts) {
  const std::string_view type = text_in(text, "type");
  if (type == "content_block_delta" || type == "content_block_start") {
    const json::object* piece = object_in(text, type == "content_block_delta" ? "delta" : "content_block");
    Choice& choice = facts.choices.emplace_back();
    if (piece == nullptr) return true;
    read_piece(*piece, choice);
    const json::object* input = object_in(*piece, "input");
    if (input != nullptr && !input->empty()) read_input(*piece, choice);
  } else if (type == "content_block_stop") {
    facts.choices.emplace_back();
  } else if (type == "message_delta") {
    read_delta(text, facts, facts.choices.emplace_back());
  } else if (type == "message_start") {
    read_start(text, facts);
  } else if (type == "message_stop") {
    facts.is_done = true;
  } else if (type == "message") {
    read_whole(text, facts);
  } else if (type == "error") {
    facts.error = error_of(text);
  } else {
    return type == "ping";
  }
  return true;
}

/// Which the API refuses but at the end; the messages of a user around it are one to it.
bool is_empty_answer(const Message& message) {
  return message.role == "assistant" && message.text.empty() && message.json.empty();
}

class Anthropic : public Dialect {
 public:
  [[nodiscard]] std::string_view name() const override { return "anthropic"; }
  [[nodiscard]] std::string_view path_suffix() const override { return "/messages"; }
  [[nodiscard]] AuthHeader auth_header(std::string_view /*host*/) const override { return {"x-api-key"}; }
  [[nodiscard]] std::span<const FixedHeader> fixed_headers() const override { return headers; }

  [[nodiscard]] std::string problem_of(const RequestSpec& spec) const override {
    for (const Message& message : spec.messages) {
      if (is_system(message) && !message.json.empty() && content_alone(to_json(message)) == nullptr)
        return more_than_parts;
    }
    if (std::ranges::any_of(spec.messages, is_system) && has_system(spec.body))
      return "a system message and a system prompt in its body, of which the second would take the first's "
             "place";
    return problem_of_roles(spec.messages);
  }
  [[nodiscard]] std::span<const std::string_view> length_names() const override {
    return std::span(chat_length_names).first(1);
  }
  [[nodiscard]] std::string body(const RequestSpec& spec, const BodySettings& settings) const override {
    json::object body = begin_body(settings);
    // A system prompt is no message there: those of a conversation go where the plan's goes.
    std::vector<Message> system, messages;
    for (const Message& message : spec.messages) {
      if (!is_empty_answer(message)) (is_system(message) ? system : messages).push_back(message);
    }
    if (json::value said = system_of(settings.system_prompt, system); !said.is_null())
      body["system"] = std::move(said);
    add_messages(messages, body["messages"].emplace_array());
    add_settings(settings, body);
    body["stream"] = settings.stream;
    return json::serialize(body);
  }

  [[nodiscard]] bool read(std::string_view text, std::string_view /*event*/,
                          AnswerFacts& facts) const override {
    const AnswerJson answer(text);
    return answer.object() != nullptr && read_text(*answer.object(), facts);
  }

  [[nodiscard]] std::optional<AnswerError> read_error(std::string_view text) const override {
    const AnswerJson answer(text);
    const json::object* root = answer.object();
    if (root == nullptr || text_in(*root, "type") != "error") return std::nullopt;
    return error_of(*root);
  }
};

}  // namespace
}  // namespace dialect::anthropic

std::shared_ptr<const Dialect> anthropic_dialect() {
  static const auto anthropic = std::make_shared<const dialect::anthropic::Anthropic>();
  return anthropic;
}

}  // namespace llmload
