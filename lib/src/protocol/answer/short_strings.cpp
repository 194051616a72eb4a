#include "protocol/answer/short_strings.hpp"

namespace llmload::protocol {

void ShortStrings::add(std::string_view part, std::string& to) {
  for (const char c : part) {
    if (keeps(c)) to += c;
  }
}

/// An escape is kept whole or not at all.
bool ShortStrings::keeps(char c) {
  if (!in_string_) {
    in_string_ = c == '"';
    kept_ = 0;
    return true;
  }
  if (escape_begins_) {
    escape_begins_ = false;
    escape_left_ = c == 'u' ? 4 : 0;
    return keeps_escape_;
  }
  if (escape_left_ > 0) {
    --escape_left_;
    return keeps_escape_;
  }
  if (c == '"') {
    in_string_ = false;
    return true;
  }
  const bool has_room = kept_ < most;
  if (has_room) ++kept_;
  if (c == '\\') {
    escape_begins_ = true;
    keeps_escape_ = has_room;
  }
  return has_room;
}

}  // namespace llmload::protocol
