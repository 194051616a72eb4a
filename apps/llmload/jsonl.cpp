#include "jsonl.hpp"

#include <boost/json/object.hpp>
#include <llmload/error.hpp>

#include "text/file_kind.hpp"
#include "text/json_text.hpp"

namespace llmload::cli {

std::string jsonl_text(std::string_view line, std::size_t line_number, const std::string& file) {
  const std::string place = file + ":" + std::to_string(line_number);
  if (const std::string_view kind = text::wrong_kind(line); line_number == 1 && !kind.empty())
    throw InputError(file + ": " + std::string(kind));
  boost::json::parse_options options;
  options.allow_invalid_utf8 = true;
  const boost::json::value value = text::parse_json_line(line, place, options);

  const boost::json::object* const object = value.if_object();
  const boost::json::value* const member = object == nullptr ? nullptr : object->if_contains("text");
  const boost::json::string* const text = member == nullptr ? nullptr : member->if_string();
  if (text == nullptr) throw InputError(place + ": not an object with a string \"text\"");
  return std::string(*text);
}

}  // namespace llmload::cli
