#include "text/surrogates.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace llmload::text {
namespace {

constexpr std::size_t escape_size = 6;  // \uXXXX
constexpr std::size_t half_size = 3;

bool is_first(unsigned unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_second(unsigned unit) { return unit >= 0xdc00 && unit < 0xe000; }

/// The unit that is escaped at `at`; nothing where none is.
std::optional<unsigned> escaped(std::string_view json, std::size_t at) {
  if (json.size() < at + escape_size || json[at] != '\\' || json[at + 1] != 'u') return {};
  unsigned unit = 0;
  const char* const end = json.data() + at + escape_size;
  const auto read = std::from_chars(json.data() + at + 2, end, unit, 16);
  return read.ec == std::errc() && read.ptr == end ? std::optional(unit) : std::nullopt;
}

void append_raw(std::string& out, unsigned unit) {
  out += static_cast<char>(0xe0 | (unit >> 12));
  out += static_cast<char>(0x80 | ((unit >> 6) & 0x3f));
  out += static_cast<char>(0x80 | (unit & 0x3f));
}

/// The half whose three bytes are at `at`; 0 where none is.
unsigned half_at(std::string_view text, std::size_t at) {
  if (text.size() < at + half_size || text[at] != '\xed') return 0;
  const auto second = static_cast<unsigned char>(text[at + 1]),
             third = static_cast<unsigned char>(text[at + 2]);
  if (second < 0xa0 || second > 0xbf || third < 0x80 || third > 0xbf) return 0;
  return 0xd000U | (second & 0x3fU) << 6 | (third & 0x3fU);
}

}  // namespace

std::string with_raw_halves(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    const auto backslash = std::min(json.find('\\', at), json.size());
    out += json.substr(at, backslash - at);
    at = backslash;
    const auto unit = escaped(json, at);
    const bool pair = unit && is_first(*unit) && is_second(escaped(json, at + escape_size).value_or(0));
    if (unit && !pair && (is_first(*unit) || is_second(*unit))) {
      append_raw(out, *unit);
      at += escape_size;
      continue;
    }
    const std::size_t kept = pair ? 2 * escape_size : 2;
    out += json.substr(at, kept);
    at = std::min(at + kept, json.size());
  }
  return out;
}

void join_halves(std::string& text, std::size_t from) {
  for (std::size_t at = from < half_size ? 0 : from - half_size; at + half_size < text.size(); ++at) {
    const unsigned first = half_at(text, at), second = half_at(text, at + half_size);
    if (!is_first(first) || !is_second(second)) continue;
    const unsigned character = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
    const char bytes[] = {
        static_cast<char>(0xf0 | (character >> 18)), static_cast<char>(0x80 | ((character >> 12) & 0x3f)),
        static_cast<char>(0x80 | ((character >> 6) & 0x3f)), static_cast<char>(0x80 | (character & 0x3f))};
    text.replace(at, 2 * half_size, bytes, sizeof bytes);
  }
}

void replace_halves(std::string& text) {
  for (auto at = text.find('\xed'); at != std::string::npos; at = text.find('\xed', at + 1)) {
    if (half_at(text, at) != 0) text.replace(at, half_size, "\xef\xbf\xbd");
  }
}

}  // namespace llmload::text
