#include "protocol/server_error.hpp"

#include <boost/json.hpp>
#include <initializer_list>

namespace llmload::protocol {
namespace {

namespace json = boost::json;

const json::object* object_at(const json::object& from, json::string_view key) {
  const json::value* v = from.if_contains(key);
  return v != nullptr ? v->if_object() : nullptr;
}

std::string text_of(const json::object& from, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    const json::value* v = from.if_contains(key);
    if (v == nullptr || v->is_null()) continue;
    if (v->is_string()) return std::string(v->get_string());
    return json::serialize(*v);
  }
  return "";
}

}  // namespace

ServerError read_server_error(std::string_view body) {
  json::error_code ec;
  json::parse_options tolerant;
  tolerant.allow_invalid_utf8 = true;
  const json::value root = json::parse(json::string_view(body.data(), body.size()), ec, {}, tolerant);
  const json::object* answer = ec ? nullptr : root.if_object();
  if (answer == nullptr) return {std::string(body), ""};
  const json::object* nested = object_at(*answer, "error");
  const json::object& error = nested != nullptr ? *nested : *answer;
  ServerError result{text_of(error, {"message", "error", "detail"}), text_of(error, {"code", "type"})};
  // Azure's message may not say which parameter it means; its detail does.
  const json::value* detail = error.if_contains("detail");
  if (error.contains("message") && detail != nullptr && !detail->is_null()) {
    result.message += ' ' + json::serialize(*detail);
  }
  if (result.message.empty())
    result.message = json::serialize(root);  // one form of escapes, for the Redactor
  return result;
}

}  // namespace llmload::protocol
