#include "dialect/openai_body.hpp"

#include <boost/json.hpp>

#include "llmload/error.hpp"

namespace llmload::dialect {

namespace json = boost::json;

json::value openai_message(const Message& message) {
  if (message.json.empty()) return {{"role", message.role}, {"content", message.text}};
  json::error_code ec;
  json::value given = json::parse(message.json, ec);
  if (ec || !given.is_object()) throw InputError("a message's JSON is not an object");
  return given;
}

json::object begin_openai_body(const BodySettings& settings) {
  json::object body;
  if (!settings.model.empty()) body["model"] = view(settings.model);
  return body;
}

void add_openai_settings(const BodySettings& settings, json::object& body) {
  body["max_tokens"] = settings.max_tokens;
  body["temperature"] = settings.temperature;
  body["top_p"] = settings.top_p;
}

std::string end_openai_body(const BodySettings& settings, json::object body) {
  if (settings.asks_for_usage) body["stream_options"] = {{"include_usage", true}};
  return json::serialize(body);
}

}  // namespace llmload::dialect
