#include "dataset/by_length.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <vector>

#include "llmload/error.hpp"
#include "text/json_text.hpp"
#include "text/nearest.hpp"

namespace llmload::dataset {

namespace json = boost::json;

namespace {

std::string names_of(const json::object& object) {
  std::vector<std::string> names;
  for (const auto& entry : object) names.emplace_back(entry.key());
  return text::quoted_names(names);
}

bool are_lengths(const json::object& object) {
  return std::ranges::all_of(object, [](const auto& entry) {
    const auto name = entry.key();
    return !name.empty() && name[0] >= '0' && name[0] <= '9';
  });
}

/// What is wrong with an object that is neither prompts by their length nor a row.
std::string without_meaning(const json::object& object, const RowReader& reader) {
  try {
    if (object.size() == 1) (void)reader.meaning(std::string_view(object.begin()->key()));
  } catch (const InputError& e) {
    return e.what();
  }
  return "has " + names_of(object) + ", none of which has a meaning; " + std::string(what_is_a_row);
}

}  // namespace

std::string prompt_of_length(const StoredFile& file, const RowReader& reader, const std::string& length) {
  const std::string& path = file.path();
  const json::value whole = text::parse_json(file.read(0, file.size()), path);
  if (!whole.is_object())
    throw InputError(path + ": is " + std::string(text::kind_of(whole)) + "; it must be an object");
  const json::object& by_length = whole.get_object();
  const json::value* const prompt = by_length.if_contains(length);
  if (prompt == nullptr) {
    if (are_lengths(by_length) && !by_length.empty())
      throw InputError(path + ": has no prompt \"" + length + "\" (PROMPT_LENGTH); it has " +
                       names_of(by_length));
    throw InputError(path + ", line 1: " + without_meaning(by_length, reader));
  }
  if (!prompt->is_string()) throw InputError(path + ": /" + length + ": must be a string, the prompt");
  return std::string(prompt->get_string());
}

}  // namespace llmload::dataset
