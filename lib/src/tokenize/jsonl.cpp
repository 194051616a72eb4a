#include "llmload/jsonl.hpp"

#include <boost/json/parse.hpp>

#include "llmload/error.hpp"

namespace llmload {

std::string jsonl_text(std::string_view line, std::size_t line_number, const std::string& file) {
  const std::string place = file + ":" + std::to_string(line_number) + ": ";
  boost::json::parse_options options;
  options.allow_invalid_utf8 = true;
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(line, error, {}, options);
  if (error) throw InputError(place + "not JSON: " + error.message());

  const boost::json::object* const object = value.if_object();
  const boost::json::value* const member = object == nullptr ? nullptr : object->if_contains("text");
  const boost::json::string* const text = member == nullptr ? nullptr : member->if_string();
  if (text == nullptr) throw InputError(place + "not an object with a string \"text\"");
  return std::string(*text);
}

}  // namespace llmload
