#include "dialect/request_body.hpp"

#include <boost/json.hpp>

#include "llmload/error.hpp"

namespace llmload::dialect {

namespace json = boost::json;

json::value to_json(const Message& message) {
  if (message.json.empty()) return {{"role", message.role}, {"content", message.text}};
  json::error_code ec;
  json::value given = json::parse(message.json, ec);
  if (ec || !given.is_object()) throw InputError("a message's JSON is not an object");
  return given;
}

json::object begin_body(const BodySettings& settings) {
  json::object body;
  if (!settings.model.empty()) body["model"] = view(settings.model);
  return body;
}

std::string problem_of_roles(std::span<const Message> messages) {
  for (const Message& message : messages) {
    if (!message.role.empty() || message.json.empty()) continue;
    json::error_code ec;
    const json::value given = json::parse(message.json, ec);
    if (!ec && given.is_object() && !given.get_object().contains("role"))
      return "an item without a role, which is a message in Responses alone";
  }
  return {};
}

void add_messages(std::span<const Message> messages, json::array& list) {
  for (const Message& message : messages) list.push_back(to_json(message));
}

void add_settings(const BodySettings& settings, json::object& body) {
  body["max_tokens"] = settings.max_tokens;
  add_sampling(settings, body);
}

void add_sampling(const BodySettings& settings, json::object& body) {
  body["temperature"] = settings.temperature;
  body["top_p"] = settings.top_p;
}

std::string end_openai_body(const BodySettings& settings, json::object body) {
  if (settings.asks_for_usage) body["stream_options"] = {{"include_usage", true}};
  return json::serialize(body);
}

}  // namespace llmload::dialect
