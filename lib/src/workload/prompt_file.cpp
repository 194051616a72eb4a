#include "workload/prompt_file.hpp"

#include <boost/json.hpp>

#include "llmload/error.hpp"
#include "text/json_text.hpp"

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

std::string pick(const json::object& by_length, const std::optional<std::string>& length,
                 const std::string& file) {
  const std::string wanted = length.value_or("25");
  const json::value* prompt = by_length.if_contains(wanted);
  if (prompt == nullptr) {
    std::string there;
    for (const auto& entry : by_length)
      there += (there.empty() ? "\"" : ", \"") + std::string(entry.key()) + '"';
    throw InputError(file + ": has no prompt \"" + wanted + "\" (PROMPT_LENGTH); it has " + there);
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

std::string prompt_of_line(std::string_view line, const std::string& place) {
  const json::value value = text::parse_json(line, place);
  if (value.is_string()) return std::string(value.get_string());
  if (const json::object* object = value.if_object()) {
    for (const char* key : {"prompt", "text"}) {
      const json::value* prompt = object->if_contains(key);
      if (prompt != nullptr && prompt->is_string()) return std::string(prompt->get_string());
    }
  }
  throw InputError(place + ": must be a string, or an object with a string under \"prompt\" or \"text\"");
}

}  // namespace

std::vector<std::string> read_prompts(const std::string& file, const std::optional<std::string>& length) {
  const std::string whole = text::read_file(file);
  std::string_view rest = whole;
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  json::value parsed;
  if (const json::object* by_length = one_object(rest, parsed)) return {pick(*by_length, length, file)};
  // An object over several lines is no JSONL: its error is one of the whole file.
  if (!is_complete(rest.substr(0, rest.find('\n')))) text::parse_json(whole, file);
  std::vector<std::string> prompts;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    prompts.push_back(prompt_of_line(line, file + ", line " + std::to_string(number)));
  }
  if (prompts.empty()) throw InputError(file + ": holds no prompt");
  return prompts;
}

}  // namespace llmload::workload
