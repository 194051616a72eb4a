#include "simulator/dialects/json_parts.hpp"

#include <boost/json.hpp>
#include <cstdint>
#include <utility>

#include "simulator/answers/answer.hpp"

namespace llmload::simulator {

namespace json = boost::json;

namespace {

json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::string joined(std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  std::string text;
  text.reserve(size);
  for (const std::string_view part : parts) text += part;
  return text;
}

std::string typed_event(std::string_view type, std::string_view members) {
  return joined({"event: ", type, "\ndata: {\"type\":\"", type, "\"", members, "}\n\n"});
}

std::string json_string(std::string_view text) { return json::serialize(json::value(view(text))); }

std::optional<json::object> read_object(std::string_view body, SimulatedQuestion& question) {
  json::error_code ec;
  json::value root = json::parse(view(body), ec);
  if (!ec && root.is_object()) return std::move(root.get_object());
  question.refusal = "the body is not a JSON object";
  return std::nullopt;
}

void read_max_tokens(const json::object& payload, std::initializer_list<std::string_view> names,
                     SimulatedQuestion& question) {
  const json::value* n = nullptr;
  for (const std::string_view name : names) {
    if (n == nullptr || n->is_null()) n = payload.if_contains(view(name));
  }
  if (n == nullptr || n->is_null()) return;
  json::error_code ec;
  const auto tokens = n->is_number() ? n->to_number<std::uint64_t>(ec) : 0;
  question.max_tokens = ec || tokens > most_tokens ? 0 : static_cast<unsigned>(tokens);
}

void read_stream(const json::object& payload, SimulatedQuestion& question) {
  const json::value* stream = payload.if_contains("stream");
  if (stream != nullptr && stream->is_bool()) question.stream = stream->get_bool();
}

void append_content(const json::value& content, std::string& to) {
  if (content.is_string()) to.append(content.get_string().data(), content.get_string().size());
  if (!content.is_array()) return;
  for (const json::value& part : content.get_array()) {  // [{"type": "text", "text": "..."}]
    const json::object* p = part.if_object();
    const json::value* text = p != nullptr ? p->if_contains("text") : nullptr;
    if (text != nullptr && text->is_string()) to.append(text->get_string().data(), text->get_string().size());
  }
}

bool append_messages(const json::value& messages, std::string_view instead, std::string& to) {
  if (!messages.is_array() || messages.get_array().empty()) return false;
  for (const json::value& message : messages.get_array()) {
    const json::object* m = message.if_object();
    const json::value* content = m != nullptr ? m->if_contains("content") : nullptr;
    if (m == nullptr || (content == nullptr && !m->contains(view(instead)))) return false;
    if (content == nullptr) continue;
    if (!to.empty()) to += ' ';
    append_content(*content, to);
  }
  return true;
}

}  // namespace llmload::simulator
