#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "text/characters.hpp"
#include "text/lower.hpp"
#include "text/trim.hpp"
#include "validation/refuse.hpp"
#include "validation/rules.hpp"

namespace llmload::validation {
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

/// A header's value; it may be a secret, and is not shown.
void check_value(const std::string& member, std::string_view value) {
  if (text::has_control_character(value)) {
    refuse(member,
           "holds a line break or another control character, which would end its HTTP header; take it out");
  }
  if (text::trimmed(value) != value) {
    refuse(
        member,
        "has a blank or a byte order mark around it, with which it would not be known again where a server "
        "repeats it; take it off");
  }
}

}  // namespace

void check_headers(const Plan& plan) {
  check_value("api_key", plan.api_key.reveal());
  for (std::size_t i = 0; i < plan.extra_headers.size(); ++i) {
    const auto& [name, value] = plan.extra_headers[i];
    const std::string member = item("extra_headers", i);
    const std::string lower = text::lower(name);
    if (!is_token(name)) refuse(member + ".first", "is no name of an HTTP header");
    if (std::ranges::find(ours, lower) != ours.end()) refuse(member + ".first", "is set by llmload itself");
    check_value(member + ".second", value);
    require_utf8(member + ".second", value);
  }
}

}  // namespace llmload::validation
