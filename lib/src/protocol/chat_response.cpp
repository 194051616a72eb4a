#include "protocol/chat_response.hpp"

#include <boost/json.hpp>
#include <initializer_list>

namespace llmload::protocol {
namespace {

namespace json = boost::json;

json::parse_options tolerant() {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  return options;
}

json::value parse(std::string_view body, json::error_code& ec, json::storage_ptr memory) {
  thread_local json::parser parser({}, tolerant());  // keeps its own stack's memory from answer to answer
  parser.reset(std::move(memory));
  parser.write(body.data(), body.size(), ec);
  json::value root = ec ? json::value() : parser.release();
  parser.reset();
  return root;
}

void append_string(const json::object& from, json::string_view key, std::string& to) {
  if (const json::value* v = from.if_contains(key); v != nullptr && v->is_string()) {
    to.append(v->get_string().data(), v->get_string().size());
  }
}

const json::object* object_at(const json::object& from, json::string_view key) {
  const json::value* v = from.if_contains(key);
  return v != nullptr ? v->if_object() : nullptr;
}

std::optional<std::uint64_t> number_at(const json::object& from, json::string_view key) {
  const json::value* v = from.if_contains(key);
  if (v == nullptr || !v->is_number()) return std::nullopt;
  json::error_code ec;
  const auto n = v->to_number<std::uint64_t>(ec);
  return ec ? std::nullopt : std::optional(n);
}

void append_message(const json::object& message, std::string& output) {
  for (const char* key : {"reasoning", "reasoning_content", "content", "refusal"}) {
    append_string(message, key, output);
  }
  const json::value* calls = message.if_contains("tool_calls");
  if (calls == nullptr || !calls->is_array()) return;
  for (const json::value& call : calls->get_array()) {
    const json::object* c = call.if_object();
    const json::object* function = c != nullptr ? object_at(*c, "function") : nullptr;
    if (function == nullptr) continue;
    append_string(*function, "name", output);
    append_string(*function, "arguments", output);
  }
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

std::optional<ChatResponse> read_chat_response(std::string_view body, std::string& why) {
  unsigned char arena[16 * 1024];
  json::monotonic_resource memory(arena, sizeof arena);
  json::error_code ec;
  const json::value root = parse(body, ec, &memory);
  if (ec) {
    why = body.empty() ? "the answer has no body" : "the answer is not JSON: " + ec.message();
    return std::nullopt;
  }
  const json::object* answer = root.if_object();
  const json::value* choices = answer != nullptr ? answer->if_contains("choices") : nullptr;
  if (choices == nullptr || !choices->is_array() || choices->get_array().empty()) {
    why = "the answer has no choices";
    return std::nullopt;
  }
  ChatResponse response;
  for (const json::value& choice : choices->get_array()) {
    const json::object* c = choice.if_object();
    if (c == nullptr) {
      why = "a choice is not an object";
      return std::nullopt;
    }
    if (const json::object* message = object_at(*c, "message")) append_message(*message, response.output);
    append_string(*c, "text", response.output);
    if (response.finish_reason.empty()) append_string(*c, "finish_reason", response.finish_reason);
  }
  if (const json::object* usage = object_at(*answer, "usage")) {
    response.prompt_tokens = number_at(*usage, "prompt_tokens");
    response.completion_tokens = number_at(*usage, "completion_tokens");
  }
  return response;
}

ServerError read_server_error(std::string_view body) {
  json::error_code ec;
  const json::value root = parse(body, ec, {});
  const json::object* answer = ec ? nullptr : root.if_object();
  if (answer == nullptr) return {std::string(body), ""};
  const json::object* nested = object_at(*answer, "error");
  const json::object& error = nested != nullptr ? *nested : *answer;
  ServerError result{text_of(error, {"message", "error", "detail"}), text_of(error, {"code", "type"})};
  if (result.message.empty())
    result.message = json::serialize(root);  // one form of escapes, for the Redactor
  return result;
}

}  // namespace llmload::protocol
