#pragma once

#include <string>
#include <string_view>

namespace llmload::protocol {

/// What a body is, told by its first bytes: headers are often wrong.
enum class BodyForm {
  unknown,  ///< too few bytes to tell
  json,
  events,  ///< an event stream
  other
};
BodyForm form_of(std::string_view body);

/// `body` without a byte order mark.
std::string_view without_mark(std::string_view body);

/// How `body` is encoded ("gzip"), by its header (content-encoding) or, where that says nothing, by its first
/// bytes; empty: it is not.
std::string encoding_of(std::string_view body, std::string_view header);

/// What came in place of something better: its type, its encoding and its first bytes; of what is no text a
/// few in hex, too few to show a key that a Redactor would not see. For a reader; redact it and cut it.
std::string describe_body(std::string_view body, std::string_view content_type, std::string_view encoding);

}  // namespace llmload::protocol
