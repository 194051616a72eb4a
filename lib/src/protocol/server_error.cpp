#include "protocol/server_error.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <charconv>
#include <initializer_list>

#include "protocol/answer_names.hpp"
#include "text/surrogates.hpp"

namespace llmload::protocol {
namespace {

namespace json = boost::json;

std::string_view key_text(json::string_view text) { return {text.data(), text.size()}; }

/// The first member of one of these names that says something, in the names' order.
const json::value* member(const json::object& from, std::initializer_list<Name> names) {
  for (const Name name : names) {
    for (const auto& [key, value] : from) {
      const bool empty = value.is_null() || (value.is_string() && value.get_string().empty());
      if (!empty && name_of(key_text(key)) == name) return &value;
    }
  }
  return nullptr;
}

std::string text_of(const json::value* v) {
  if (v == nullptr) return "";
  return v->is_string() ? std::string(v->get_string()) : json::serialize(*v);
}

/// The first of a list, for errors come in lists, too.
const json::value& first_of(const json::value& value) {
  const json::array* list = value.if_array();
  return list != nullptr && !list->empty() ? list->front() : value;
}

/// The error in a choice of an answer, or null.
const json::value* error_of_a_choice(const json::object& answer) {
  const json::value* found = member(answer, {Name::choices});
  const json::array* choices = found != nullptr ? found->if_array() : nullptr;
  if (choices == nullptr) return nullptr;
  for (const json::value& choice : *choices) {
    const json::value* error = choice.is_object() ? member(choice.get_object(), {Name::error}) : nullptr;
    if (error != nullptr) return error;
  }
  return nullptr;
}

/// The innermost object that tells of the error: it may be in an answer, in a choice, or in another error.
const json::object& innermost(const json::object& answer) {
  const json::object* at = &answer;
  for (;;) {
    const json::value* inner = member(*at, {Name::error});
    if (inner == nullptr) inner = error_of_a_choice(*at);
    const json::object* object = inner != nullptr ? first_of(*inner).if_object() : nullptr;
    if (object == nullptr) return *at;
    at = object;
  }
}

int status_of_number(std::string_view digits) {
  int status = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), status);
  const bool whole = read.ec == std::errc() && read.ptr == digits.data() + digits.size();
  return whole && status >= 400 && status < 600 ? status : 0;
}

/// Names of errors differ in their case and their separators alone.
int status_of_name(std::string_view code) {
  struct Entry {
    std::string_view begin;
    int status;
  };
  static constexpr Entry table[] = {
      {"ratelimit", 429},         {"toomanyrequests", 429},    {"resourceexhausted", 429},
      {"insufficientquota", 429}, {"quotaexceeded", 429},      {"invalidrequest", 400},
      {"badrequest", 400},        {"authentication", 401},     {"unauthorized", 401},
      {"invalidapikey", 401},     {"permission", 403},         {"forbidden", 403},
      {"notfound", 404},          {"modelnotfound", 404},      {"internal", 500},
      {"servererror", 500},       {"badgateway", 502},         {"overloaded", 503},
      {"unavailable", 503},       {"serviceunavailable", 503}, {"serveroverloaded", 503}};
  std::string plain;
  for (const char c : code) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  for (const Entry& entry : table) {
    if (plain.starts_with(entry.begin)) return entry.status;
  }
  return 0;
}

/// A number says more than a name; a code more than what an error is called beside it.
int status_of(const json::object& error, const std::string& code) {
  const std::string status = text_of(member(error, {Name::status})),
                    type = text_of(member(error, {Name::type}));
  for (const std::string& text : {code, status}) {
    if (const int number = status_of_number(text); number != 0) return number;
  }
  for (const std::string& text : {code, status, type}) {
    if (const int named = status_of_name(text); named != 0) return named;
  }
  return 0;
}

json::value parse_tolerantly(std::string_view text) {
  json::parse_options tolerant;
  tolerant.allow_invalid_utf8 = true;
  json::error_code ec;
  json::value root = json::parse(json::string_view(text.data(), text.size()), ec, {}, tolerant);
  if (!ec) return root;
  std::string again = text::with_raw_halves(text);
  text::replace_halves(again);
  root = json::parse(again, ec, {}, tolerant);
  return ec ? json::value() : root;
}

}  // namespace

ServerError read_server_error(std::string_view text) {
  const json::value root = parse_tolerantly(text);
  const json::object* answer = first_of(root).if_object();
  if (answer == nullptr) return {std::string(text), "", 0};
  const json::object& error = innermost(*answer);
  const json::value* in_choice = error_of_a_choice(error);  // a text: objects were gone into
  ServerError result;
  result.message =
      text_of(in_choice != nullptr ? in_choice : member(error, {Name::message, Name::error, Name::detail}));
  const json::value* status = member(error, {Name::status});
  const bool status_is_name = status != nullptr && status->is_string();
  result.code = text_of(member(error, {Name::code, Name::type}));
  if (result.code.empty() && status_is_name) result.code = text_of(status);
  result.status = status_of(error, result.code);
  // Azure's message may not say which parameter it means; its detail does.
  const json::value* detail = member(error, {Name::detail});
  if (detail != nullptr && member(error, {Name::message}) != nullptr)
    result.message += ' ' + json::serialize(*detail);
  if (result.message.empty())
    result.message = json::serialize(root);  // one form of escapes, for the Redactor
  return result;
}

}  // namespace llmload::protocol
