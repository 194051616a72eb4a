#include "protocol/http/header_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "text/characters.hpp"
#include "text/lower.hpp"
#include "text/trim.hpp"

namespace llmload::protocol {
namespace {

/// Those of the request's writer that nobody may give in its place.
constexpr std::array<std::string_view, 4> ours = {"host", "content-length", "transfer-encoding",
                                                  "connection"};

/// RFC 9110's token.
bool is_token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

}  // namespace

std::string problem_of_header_name(std::string_view name) {
  if (!is_token(name)) return "is no name of an HTTP header";
  return std::ranges::find(ours, text::lower(name)) != ours.end() ? "is set by llmload itself" : "";
}

std::string problem_of_header_value(std::string_view value) {
  if (text::has_control_character(value))
    return "holds a line break or another control character, which would end its HTTP header; take it out";
  if (text::trimmed(value) != value)
    return "has a blank or a byte order mark around it, with which it would not be known again where a "
           "server "
           "repeats it; take it off";
  return "";
}

}  // namespace llmload::protocol
