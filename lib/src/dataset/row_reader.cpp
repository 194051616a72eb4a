#include "dataset/row_reader.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <span>

#include "dataset/messages.hpp"
#include "dataset/turns.hpp"
#include "dialect/known.hpp"
#include "llmload/error.hpp"
#include "protocol/http/turn_body.hpp"
#include "protocol/spec_rules.hpp"
#include "protocol/target/shown_url.hpp"
#include "text/json_scan.hpp"
#include "text/json_text.hpp"
#include "text/lower.hpp"
#include "text/nearest.hpp"
#include "validation/limits.hpp"

namespace llmload::dataset {

namespace json = boost::json;

namespace {

const std::vector<std::string_view> meanings = {
    "prompt",  "text",  "messages", "conversations", "max_tokens", "output_tokens", "body",
    "headers", "label", "id",       "custom_id",     "method",     "url",           "skip"};

std::string_view std_view(json::string_view text) { return {text.data(), text.size()}; }

std::string kind_in(const std::string& name, const json::value& value, const std::string& wanted) {
  return '"' + name + "\" is " + std::string(text::kind_of(value)) + "; it must be " + wanted;
}

/// A column's number is text.
unsigned tokens_of(const std::string& name, const json::value& value) {
  const auto wanted = [] { return validation::to_words(validation::limits::max_tokens); };
  std::uint64_t tokens = 0;
  if (value.is_string()) {
    const json::string& text = value.get_string();
    json::error_code ec;
    const json::value number = json::parse(text, ec);
    if (ec || !number.is_number())
      throw InputError('"' + name + "\" is \"" + std::string(std_view(text).substr(0, 80)) +
                       "\"; it must be " + wanted());
    return tokens_of(name, number);
  }
  if (value.is_int64() || value.is_uint64()) {
    tokens = value.is_int64() && value.get_int64() < 0 ? 0 : value.to_number<std::uint64_t>();
  } else if (value.is_double() && value.get_double() >= 0 && value.get_double() < 1e9 &&
             value.get_double() == std::floor(value.get_double())) {
    tokens = static_cast<std::uint64_t>(value.get_double());
  } else {
    throw InputError(kind_in(name, value, wanted()));
  }
  if (!validation::limits::max_tokens.has(tokens))
    throw InputError('"' + name + "\" is " + json::serialize(value) + "; it must be " + wanted());
  return static_cast<unsigned>(tokens);
}

std::string label_of(const std::string& name, const json::value& value) {
  if (value.is_number()) return json::serialize(value);
  return string_of(name, value);
}

/// Of a CSV record a list or an object is text, which is parsed into `room`.
const json::value& of_cell(const std::string& name, const json::value& value, json::value& room) {
  if (!value.is_string()) return value;
  const std::string_view cell = std_view(value.get_string());
  room = text::parse_json_line(cell, '"' + name + '"');
  if (const auto twice = text::name_given_twice(cell))
    throw InputError('"' + name + "\" has \"" + *twice + "\" twice");
  return room;
}

const json::object& object_of(const std::string& name, const json::value& value, json::value& room) {
  const json::value& parsed = of_cell(name, value, room);
  if (!parsed.is_object()) throw InputError(kind_in(name, parsed, "an object"));
  return parsed.get_object();
}

void read_headers(const std::string& name, const json::value& value, RequestSpec& spec) {
  json::value room;
  for (const auto& [header, text] : object_of(name, value, room)) {
    const auto is_same = [&header = header](const auto& other) { return text::iequals(other.first, header); };
    if (std::ranges::any_of(spec.headers, is_same))
      throw InputError('"' + name + "\" has \"" + std::string(header) + "\" twice");
    spec.headers.emplace_back(header, string_of(name + '.' + std::string(header), text));
  }
}

void set_messages(std::vector<Message> messages, RequestSpec& spec) {
  if (!spec.messages.empty()) throw InputError("says its prompt twice");
  spec.messages = std::move(messages);
}

void set_max_tokens(unsigned tokens, RequestSpec& spec) {
  if (spec.max_tokens && *spec.max_tokens != tokens) throw InputError("has two numbers of tokens");
  spec.max_tokens = tokens;
}

std::vector<Message> prompt_of(const std::string& name, const json::value& value) {
  return {{"user", string_of(name, value)}};
}

/// Of a request's own body, where it may be a list.
std::vector<Message> prompt_in(const std::string& place, std::string_view name, const json::value& value) {
  if (!value.is_array()) return prompt_of(place, value);
  if (name == "input") return items_of(place, value);
  if (name == "messages") return messages_of(place, value);
  throw InputError(kind_in(place, value, "a string: a request has one prompt, and each of a list is a row"));
}

}  // namespace

RowReader::RowReader(const RequestFileOptions& options) : options_(options) {
  for (const auto& [name, meaning] : options_.columns) {
    if (std::ranges::find(meanings, meaning) == meanings.end())
      throw InputError(text::no_meaning(name, meaning, meanings));
  }
}

/// What the options say that a name stands for; null: nothing.
const std::string* RowReader::column(std::string_view name) const {
  const auto found = std::ranges::find(options_.columns, name, &std::pair<std::string, std::string>::first);
  return found == options_.columns.end() ? nullptr : &found->second;
}

bool RowReader::knows(std::string_view name) const {
  return column(name) != nullptr || std::ranges::find(meanings, name) != meanings.end();
}

std::string_view RowReader::meaning(std::string_view name) const {
  if (const std::string* const given = column(name)) return *given;
  if (std::ranges::find(meanings, name) != meanings.end() && name != "skip") return name;
  throw InputError("has \"" + std::string(name.substr(0, 80)) + "\", which means nothing; did you mean " +
                   std::string(text::nearest(name.substr(0, 80), meanings)) +
                   "? PROMPTS_COLUMNS says what a name stands for, or that it is skipped");
}

RequestSpec RowReader::read(const json::value& row) const {
  RequestSpec spec;
  if (row.is_string())
    spec.messages = prompt_of("", row);
  else if (row.is_object())
    read_members(row.get_object(), spec);
  else
    throw InputError("is " + std::string(text::kind_of(row)) + "; " + std::string(what_is_a_row));
  if (std::ranges::all_of(spec.messages, [](const Message& m) { return m.text.empty() && m.json.empty(); }))
    throw InputError("has an empty prompt");
  if (const std::string problem = protocol::problem_of(spec, options_.dialect.get()); !problem.empty())
    throw InputError("has " + problem);
  if (options_.conversations) check_conversation(spec);
  return spec;
}

/// Whether its turns can be had, each behind those before it.
void RowReader::check_conversation(const RequestSpec& spec) const {
  if (options_.conversations->history == History::answers) {
    if (const std::string problem = bound_to_answers(spec.messages); !problem.empty())
      throw InputError("has " + problem);
  }
  const auto is_usual = [](const Message& m) { return m.role == "user" || m.role == "assistant"; };
  const std::span all(spec.messages);
  const std::span said = all.subspan(protocol::leading_system_messages(all));
  if (!options_.dialect || std::ranges::all_of(said, is_usual)) return;
  if (const std::string problem = protocol::problem_of_items(*options_.dialect, said); !problem.empty())
    throw InputError(problem);
}

void RowReader::read_members(const json::object& row, RequestSpec& spec) const {
  const json::value* body = nullptr;
  json::value room;
  std::map<std::string_view, std::string> labels;
  std::vector<std::string_view> seen;
  std::string null_prompt;
  for (const auto& [key, value] : row) {
    const std::string name(key);
    const std::string_view is = meaning(std_view(key));
    if (value.is_null() && (is == "prompt" || is == "text" || is == "messages" || is == "conversations"))
      null_prompt = name;
    if (is == "skip" || value.is_null()) continue;
    if (std::ranges::find(seen, is) != seen.end())
      throw InputError("has two members that mean \"" + std::string(is) + '"');
    seen.push_back(is);
    if (is == "prompt" || is == "text") {
      set_messages(prompt_of(name, value), spec);
    } else if (is == "messages") {
      set_messages(messages_of(name, of_cell(name, value, room)), spec);
    } else if (is == "conversations") {
      const Turns which = options_.conversations ? Turns::all : Turns::to_first_user;
      set_messages(turns_of(name, of_cell(name, value, room), which), spec);
    } else if (is == "max_tokens" || is == "output_tokens") {
      set_max_tokens(tokens_of(name, value), spec);
    } else if (is == "headers") {
      read_headers(name, value, spec);
    } else if (is == "body") {
      body = &value;
    } else if (is == "label" || is == "id" || is == "custom_id") {
      labels[is] = label_of(name, value);
    } else if (is == "method") {
      if (string_of(name, value) != "POST") throw InputError('"' + name + "\" is not POST");
    } else if (is == "url") {
      check_url(name, string_of(name, value));
    }
  }
  for (const char* name : {"id", "custom_id", "label"}) {
    if (const auto found = labels.find(name); found != labels.end()) spec.label = found->second;
  }
  if (body != nullptr) read_body(*body, spec);
  if (spec.messages.empty()) {
    throw InputError((null_prompt.empty() ? "has no prompt; " : '"' + null_prompt + "\" is null; ") +
                     std::string(what_is_a_row));
  }
}

void RowReader::check_url(const std::string& name, const std::string& url) const {
  if (!options_.dialect) return;
  const auto known = dialect::known_by_path(url);
  if (known ? known == options_.dialect : url.ends_with(options_.dialect->path_suffix())) return;
  throw InputError('"' + name + "\" is \"" + protocol::shown_url(url).substr(0, 80) +
                   "\", and the endpoint is asked for " + std::string(options_.dialect->path_suffix()));
}

/// What of a request's own body we know by other names is taken out of it; the rest is a patch.
void RowReader::read_body(const json::value& given, RequestSpec& spec) const {
  json::value room;
  json::object body = object_of("body", given, room);
  for (const char* name : {"messages", "input", "prompt"}) {
    const json::value* const value = body.if_contains(name);
    if (value == nullptr) continue;
    const std::string place = std::string("body.") + name;
    set_messages(prompt_in(place, name, *value), spec);
    body.erase(name);
  }
  for (const char* name : {"max_tokens", "max_output_tokens", "max_completion_tokens"}) {
    const json::value* const value = body.if_contains(name);
    if (value == nullptr) continue;
    set_max_tokens(tokens_of(std::string("body.") + name, *value), spec);
    // It is sent under the name that it was given.
    if (name != std::string_view("max_completion_tokens"))
      body.erase(name);
    else
      body["max_tokens"] = nullptr;
  }
  if (options_.models && body.contains("model"))
    throw InputError("has \"body.model\", and MODELS says of which model each request is");
  if (const json::value* const stream = body.if_contains("stream")) {
    if (*stream != json::value(options_.stream))
      throw InputError("\"body.stream\" is " + json::serialize(*stream) +
                       "; STREAM says it for all requests");
    body.erase("stream");
  }
  if (!body.empty()) spec.body = json::serialize(body);
}

}  // namespace llmload::dataset
