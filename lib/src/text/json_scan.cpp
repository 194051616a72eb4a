#include "text/json_scan.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <vector>

#include "text/characters.hpp"

namespace llmload::text {
namespace {

constexpr auto npos = std::string_view::npos;

/// What a string with its quotes says.
std::string unquoted(std::string_view quoted) {
  if (quoted.find('\\') == npos) return std::string(quoted.substr(1, quoted.size() - 2));
  const boost::json::value name = boost::json::parse({quoted.data(), quoted.size()});
  return std::string(name.get_string());
}

}  // namespace

std::size_t behind_json_string(std::string_view text, std::size_t at) {
  for (std::size_t quote = text.find('"', at + 1); quote != npos; quote = text.find('"', quote + 1)) {
    std::size_t backslashes = 0;
    while (text[quote - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return quote + 1;
  }
  return npos;
}

std::optional<std::string> name_given_twice(std::string_view json) {
  std::vector<std::vector<std::string>> names;  // of each object that is open
  for (std::size_t at = json.find_first_of("\"{}"); at != npos; at = json.find_first_of("\"{}", at)) {
    if (json[at] == '"') {
      const std::size_t end = behind_json_string(json, at);
      const std::size_t next = json.find_first_not_of(json_blanks, end);
      if (next != npos && json[next] == ':') names.back().push_back(unquoted(json.substr(at, end - at)));
      at = end;
      continue;
    }
    if (json[at++] == '{') {
      names.emplace_back();
      continue;
    }
    std::vector<std::string>& of_object = names.back();
    std::ranges::sort(of_object);
    if (const auto twice = std::ranges::adjacent_find(of_object); twice != of_object.end()) return *twice;
    names.pop_back();
  }
  return std::nullopt;
}

}  // namespace llmload::text
