#include "protocol/answer/server_error.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>
#include <charconv>
#include <initializer_list>
#include <utility>
#include <vector>

#include "protocol/answer/answer_names.hpp"
#include "text/lower.hpp"
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

/// Whether the value of an error's member tells of one: not where all is well, and not where it is empty.
bool tells(const json::value& value) {
  static constexpr std::array<std::string_view, 8> fine = {"",     "success", "succeeded", "ok",
                                                           "none", "null",    "0",         "200"};
  if (value.is_null()) return false;
  if (const bool* flag = value.if_bool()) return *flag;
  if (const json::array* list = value.if_array()) return std::ranges::any_of(*list, tells);
  if (const json::object* object = value.if_object()) {
    bool known = false, any = false;
    for (const auto& [key, inner] : *object) {
      const Name name = name_of(key_text(key));
      const bool is_known = name == Name::message || name == Name::detail || name == Name::type ||
                            name == Name::code || name == Name::status || name == Name::error;
      const bool says = tells(inner);
      if (is_known && says) return true;
      known = known || is_known;
      any = any || says;
    }
    return any && !known;
  }
  const std::string text = text::lower(text_of(&value));
  return std::ranges::find(fine, text) == fine.end();
}

/// Of a list the first that tells of an error, for errors come in lists, too.
const json::value& first_of(const json::value& value) {
  const json::array* list = value.if_array();
  if (list == nullptr || list->empty()) return value;
  const auto* const first = std::ranges::find_if(*list, tells);
  return first != list->end() ? *first : list->front();
}

/// The error of `from`, a choice or a part of one, or of what is in it: null where there is none.
const json::value* error_within(const json::value& from) {
  if (const json::array* list = from.if_array()) {
    for (const json::value& each : *list) {
      if (const json::value* error = error_within(each); error != nullptr) return error;
    }
  }
  const json::object* object = from.if_object();
  if (object == nullptr) return nullptr;
  for (const auto& [key, value] : *object) {
    if (name_of(key_text(key)) == Name::error && tells(value)) return &value;
  }
  for (const Name name : {Name::choices, Name::delta, Name::message, Name::content}) {
    const json::value* inner = member(*object, {name});
    const json::value* error = inner != nullptr ? error_within(*inner) : nullptr;
    if (error != nullptr) return error;
  }
  return nullptr;
}

/// The objects from the answer to the innermost that tells of the error, which may be in the answer, in a
/// choice, or in another error. `last`: the error where it is no object, else null.
struct Path {
  std::vector<const json::object*> objects;
  const json::value* last = nullptr;
};
Path path_to_error(const json::value& root) {
  Path path;
  const json::value* at = &root;
  while (const json::object* object = at->if_object()) {
    path.objects.push_back(object);
    const json::value* inner = error_within(*at);
    if (inner == nullptr) return path;
    const json::value& first = first_of(*inner);
    at = first.is_object() ? &first : inner;
  }
  path.last = at;
  return path;
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

/// A number says more than a name; a code more than what an error is called beside it. `around`: what the
/// error is in, which may tell more.
int status_of(const json::object& error, const std::string& code, const Path& around) {
  const std::string status = text_of(member(error, {Name::status})),
                    type = text_of(member(error, {Name::type}));
  for (const std::string& text : {code, status}) {
    if (const int number = status_of_number(text); number != 0) return number;
  }
  for (const json::object* object : around.objects) {
    for (const Name name : {Name::code, Name::status}) {
      if (const int number = status_of_number(text_of(member(*object, {name}))); number != 0) return number;
    }
  }
  for (const std::string& text : {code, status, type}) {
    if (const int named = status_of_name(text); named != 0) return named;
  }
  return 0;
}

/// An error's code, else that beside it.
std::string code_of(const json::object& error, const Path& around) {
  const json::value* code = member(error, {Name::code, Name::type});
  if (code == nullptr) {
    const json::value* status = member(error, {Name::status});
    if (status != nullptr && status->is_string()) code = status;
  }
  for (const json::object* object : around.objects) {
    const json::value* beside = member(*object, {Name::code});
    if (code == nullptr && beside != nullptr && tells(*beside)) code = beside;
  }
  return text_of(code);
}

bool is_called_error(const std::string& type) {
  const std::string plain = text::lower(type);
  return plain.ends_with("error") || plain.ends_with("exception") || plain.ends_with("failure") ||
         plain.ends_with("fault") || plain == "failed" || status_of_name(type) != 0;
}

/// How sure it is that an object in an answer's place is an error, without a name of its own.
enum class Sure { no, bare, yes };
Sure is_error(const json::object& o) {
  const std::string object = text_of(member(o, {Name::object}));
  if (object == "error") return Sure::yes;
  if (member(o, {Name::choices}) != nullptr) return Sure::no;
  const auto says = [&o](Name name) {
    const json::value* value = member(o, {name});
    return value != nullptr && tells(*value) && !(name == Name::message && value->is_object());
  };
  if (!says(Name::message) && !says(Name::detail)) return Sure::no;
  const json::value *code = member(o, {Name::code}), *status = member(o, {Name::status}),
                    *type = member(o, {Name::type});
  if (code != nullptr && tells(*code)) return Sure::yes;
  for (const json::value* name : {status, type}) {
    if (name == nullptr) continue;
    if (status_of_number(text_of(name)) != 0 || is_called_error(text_of(name))) return Sure::yes;
  }
  const bool alone = code == nullptr && status == nullptr && type == nullptr && object.empty();
  const bool bare = alone && member(o, {Name::usage}) == nullptr;
  return bare ? Sure::bare : Sure::no;
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

ServerError read(std::string_view text, const json::value& root) {
  const json::value& answer = first_of(root);
  if (!answer.is_object()) return {std::string(text), "", 0};
  const Path path = path_to_error(answer);
  const json::object& error = *path.objects.back();
  ServerError result;
  const json::value* message = member(error, {Name::message});
  if (message == nullptr || message->is_object()) message = path.last;
  if (message == nullptr) message = member(error, {Name::message, Name::detail});
  result.message = text_of(message);
  result.code = code_of(error, path);
  result.status = status_of(error, result.code, path);
  // Azure's message may not say which parameter it means; its detail does.
  const json::value* detail = member(error, {Name::detail});
  if (detail != nullptr && member(error, {Name::message}) != nullptr)
    result.message += ' ' + json::serialize(*detail);
  if (result.message.empty())
    result.message = json::serialize(root);  // one form of escapes, for the Redactor
  return result;
}

}  // namespace

ServerError read_server_error(std::string_view text) { return read(text, parse_tolerantly(text)); }

std::optional<ServerError> find_server_error(std::string_view text) {
  const json::value root = parse_tolerantly(text);
  const json::value& answer = first_of(root);
  const bool named = error_within(answer) != nullptr;
  const json::object* object = answer.if_object();
  const Sure sure = named ? Sure::yes : object != nullptr ? is_error(*object) : Sure::no;
  if (sure == Sure::no) return std::nullopt;
  ServerError error = read(text, root);
  error.is_bare = sure == Sure::bare;
  return error;
}

std::string quoted_of_refusal(const ServerError& error, const Redactor& redactor) {
  constexpr std::size_t most_quoted = 80;  // bytes
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0; };
  const auto is_of_code = [&](unsigned char c) { return std::isdigit(c) != 0 || is_letter(c) || c == '_'; };
  if (error.code.size() <= most_quoted && std::ranges::any_of(error.code, is_letter) &&
      std::ranges::all_of(error.code, is_of_code)) {
    return error.code;
  }
  std::string quoted;
  const std::string said = redactor.line(error.message, most_quoted);
  for (std::string_view rest = said; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    const std::string_view bare = word.substr(0, word.find_last_not_of(".,:;!?") + 1);  // npos + 1 is 0
    if (bare != "[redacted]" && !std::ranges::all_of(bare, is_letter)) break;
    quoted += (quoted.empty() ? "" : " ") + std::string(word);
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return quoted;
}

}  // namespace llmload::protocol
