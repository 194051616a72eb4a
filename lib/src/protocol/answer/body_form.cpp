#include "protocol/answer/body_form.hpp"

#include <algorithm>
#include <array>

#include "text/lower.hpp"

namespace llmload::protocol {
namespace {

constexpr std::string_view mark = "\xef\xbb\xbf";
constexpr std::array<std::string_view, 6> event_fields = {":", "data", "event", "id", "retry", "error"};

/// The field of an event stream that a body begins with. A field without a colon is a line of its own.
BodyForm form_of_line(std::string_view body) {
  for (const std::string_view field : event_fields) {
    if (field.starts_with(body)) return BodyForm::unknown;
    if (!body.starts_with(field)) continue;
    if (field == ":" || body[field.size()] == ':') return BodyForm::events;
    if (body[field.size()] == '\n' || body[field.size()] == '\r') return BodyForm::events;
  }
  return BodyForm::other;
}

bool is_text(std::string_view bytes) {
  return std::ranges::none_of(bytes, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' && c != '\n' && c != '\x1b') ||
           c == 0x7f;
  });
}

std::string in_hex(std::string_view bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += {' ', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

}  // namespace

std::string_view without_mark(std::string_view body) {
  if (body.starts_with(mark)) body.remove_prefix(mark.size());
  return body;
}

BodyForm form_of(std::string_view body) {
  if (mark.starts_with(body)) return BodyForm::unknown;
  body = without_mark(body);
  const auto first = body.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return BodyForm::unknown;
  if (body[first] == '{' || body[first] == '[') return BodyForm::json;
  return form_of_line(body.substr(first));
}

std::string encoding_of(std::string_view body, std::string_view header) {
  if (!header.empty() && text::lower(header) != "identity") return std::string(header);
  if (body.starts_with("\x1f\x8b")) return "gzip";
  return body.starts_with("\x28\xb5\x2f\xfd") ? "zstd" : "";
}

std::string describe_body(std::string_view body, std::string_view content_type, std::string_view encoding) {
  std::string out;
  if (!encoding.empty()) out += ", encoded with " + std::string(encoding) + ", which was not asked for";
  out += content_type.empty() ? " (without a content type)" : " (" + std::string(content_type) + ')';
  if (body.empty()) return out;
  constexpr std::size_t most_looked_at = 512, most_in_hex = 4;  // no part of a key that helps
  if (encoding.empty() && is_text(body.substr(0, most_looked_at))) return out + ": " + std::string(body);
  return out + ": the bytes" + in_hex(body.substr(0, most_in_hex));
}

}  // namespace llmload::protocol
