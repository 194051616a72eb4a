#include "workload/prompt_file.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "llmload/error.hpp"
#include "text/json_text.hpp"
#include "text/read_file.hpp"
#include "text/trim.hpp"

namespace llmload::workload {
namespace {

namespace json = boost::json;

const json::object* one_object(std::string_view text, json::value& parsed) {
  json::error_code ec;
  parsed = json::parse(json::string_view(text.data(), text.size()), ec);
  const json::object* object = ec ? nullptr : parsed.if_object();
  if (object == nullptr || object->empty()) return nullptr;
  const bool is_line = object->contains("prompt") || object->contains("text");
  return is_line ? nullptr : object;
}

constexpr const char* what_is_right =
    "it must be a string, or an object with a string under \"prompt\" or \"text\"; or the whole file is one "
    "object of prompts by their length, such as {\"25\": \"a prompt\"}, and PROMPT_LENGTH says which";

std::string names_of(const json::object& object) {
  constexpr std::size_t enough = 200;  // bytes: a line may have any number of members
  std::string names;
  for (const auto& entry : object) {
    if (names.size() > enough) return names + " ...";
    names += (names.empty() ? "\"" : ", \"") + std::string(entry.key()) + '"';
  }
  return names;
}

/// Lengths are "5", "25" ... "2k".
bool are_lengths(const json::object& object) {
  return std::ranges::all_of(object, [](const auto& entry) {
    const auto name = entry.key();
    return !name.empty() && name[0] >= '0' && name[0] <= '9';
  });
}

std::string pick(const json::object& by_length, const std::optional<std::string>& length,
                 const std::string& file) {
  const std::string wanted = length.value_or("25");
  const json::value* prompt = by_length.if_contains(wanted);
  if (prompt == nullptr) {
    if (!are_lengths(by_length))
      throw InputError(file + ", line 1: has " + names_of(by_length) + "; " + what_is_right);
    throw InputError(file + ": has no prompt \"" + wanted + "\" (PROMPT_LENGTH); it has " +
                     names_of(by_length));
  }
  if (!prompt->is_string()) throw InputError(file + ": /" + wanted + ": must be a string, the prompt");
  return std::string(prompt->get_string());
}

/// `line` is JSON, or is wrong in itself, or blank: anything but cut short.
bool is_complete(std::string_view line) {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return true;
  json::stream_parser parser;
  json::error_code ec;
  parser.write(line.data(), line.size(), ec);
  if (!ec) parser.finish(ec);
  return ec != json::error::incomplete;
}

/// What is there in place of a prompt.
std::string found_in(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return "is " + std::string(text::kind_of(value));
  if (object->empty()) return "is an empty object";
  for (const char* key : {"prompt", "text"}) {
    const json::value* prompt = object->if_contains(key);
    if (prompt != nullptr)
      return "has a \"" + std::string(key) + "\" that is " + std::string(text::kind_of(*prompt));
  }
  return "has " + names_of(*object);
}

std::string prompt_of(const json::value& value, const std::string& place) {
  if (value.is_string()) return std::string(value.get_string());
  if (const json::object* object = value.if_object()) {
    for (const char* key : {"prompt", "text"}) {
      const json::value* prompt = object->if_contains(key);
      if (prompt != nullptr && prompt->is_string()) return std::string(prompt->get_string());
    }
  }
  throw InputError(place + ": " + found_in(value) + "; " + what_is_right);
}

}  // namespace

std::vector<std::string> read_prompts(const std::string& file, const std::optional<std::string>& length) {
  const std::string whole = text::read_file(file, 512 * text::mib);
  std::string_view rest = text::without_mark(whole);
  json::value parsed;
  if (const json::object* by_length = one_object(rest, parsed)) return {pick(*by_length, length, file)};
  // JSON over several lines is no JSONL: its error is one of the whole file.
  if (!is_complete(rest.substr(0, rest.find('\n')))) return {prompt_of(text::parse_json(whole, file), file)};
  std::vector<std::string> prompts;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string place = file + ", line " + std::to_string(number);
    prompts.push_back(prompt_of(text::parse_json_line(line, place), place));
  }
  if (prompts.empty()) throw InputError(file + ": holds no prompt");
  return prompts;
}

}  // namespace llmload::workload
