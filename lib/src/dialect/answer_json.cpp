#include "dialect/answer_json.hpp"

#include <boost/json.hpp>
#include <string>

#include "text/surrogates.hpp"

namespace llmload::dialect {
namespace {

namespace json = boost::json;

json::string_view name_of(std::string_view text) { return {text.data(), text.size()}; }

const json::value* member(const json::object& of, std::string_view name) {
  return of.if_contains(name_of(name));
}

}  // namespace

AnswerJson::AnswerJson(std::string_view text) : root_(json::storage_ptr(&resource_)) {
  json::parse_options tolerant;
  tolerant.allow_invalid_utf8 = true;
  unsigned char stack[1024];
  json::parser parser({}, tolerant, stack, sizeof stack);
  json::error_code ec;
  const auto parse = [&](std::string_view from) {
    parser.reset(&resource_);
    parser.write(from.data(), from.size(), ec);
  };
  parse(text);
  // Half a character in its escaped form is an error to the parser.
  if (ec && text.find("\\u") != text.npos) parse(text::with_raw_halves(text));
  if (!ec) root_ = parser.release();
}

const json::object* object_in(const json::object& of, std::string_view name) {
  const json::value* value = member(of, name);
  return value != nullptr ? value->if_object() : nullptr;
}

const json::array* array_in(const json::object& of, std::string_view name) {
  const json::value* value = member(of, name);
  return value != nullptr ? value->if_array() : nullptr;
}

std::string_view text_in(const json::object& of, std::string_view name) {
  const json::value* value = member(of, name);
  const json::string* text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string_view(text->data(), text->size()) : "";
}

std::string message_of(const json::object& error) {
  const std::string_view message = text_in(error, "message");
  return message.empty() ? json::serialize(error) : std::string(message);
}

std::optional<std::uint64_t> count_in(const json::object& of, std::string_view name) {
  const json::value* value = member(of, name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  json::error_code ec;
  const auto count = value->to_number<std::uint64_t>(ec);
  return ec ? std::nullopt : std::optional(count);
}

}  // namespace llmload::dialect
