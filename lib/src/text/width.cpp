#include "text/width.hpp"

#include <algorithm>
#include <utility>

namespace llmload::text {
namespace {

/// Bytes of the character that begins with `first`.
std::size_t bytes_of(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/// Columns of the character that `text` begins with, and its bytes. Blocks for bars, dots and dashes have
/// one.
std::pair<std::size_t, std::size_t> first_of(std::string_view text) {
  const std::size_t bytes = std::min(bytes_of(text.front()), text.size());
  unsigned code = static_cast<unsigned char>(text.front());
  if (bytes > 1) code &= 0x7fU >> bytes;
  for (std::size_t i = 1; i < bytes; ++i) code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3fU);
  const bool narrow = code < 0x1100 || (code >= 0x2010 && code < 0x2028) || (code >= 0x2500 && code < 0x25a0);
  return {narrow ? 1 : 2, bytes};
}

/// Bytes of the longest beginning of `text` that has room in `most` columns.
std::size_t fitting(std::string_view text, std::size_t most) {
  std::size_t at = 0, columns = 0;
  while (at < text.size()) {
    const auto [wide, bytes] = first_of(text.substr(at));
    columns += wide;
    if (columns > most) break;
    at += bytes;
  }
  return at;
}

}  // namespace

std::size_t width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto [wide, bytes] = first_of(text);
    columns += wide;
    text.remove_prefix(bytes);
  }
  return columns;
}

std::string cut_to(std::string_view text, std::size_t most, std::string_view mark) {
  if (width(text) <= most) return std::string(text);
  return std::string(text.substr(0, fitting(text, most - std::min(most, width(mark))))).append(mark);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t most, std::size_t indent) {
  std::vector<std::string> lines;
  while (true) {
    const std::string margin(lines.empty() ? 0 : indent, ' ');
    const std::size_t room = most - std::min(most - 1, margin.size());
    if (width(text) <= room) break;
    std::size_t end = fitting(text, room);
    const auto blank = text.substr(0, end + 1).rfind(' ');  // one behind the last column is one, too
    if (blank != std::string_view::npos && blank > 0) end = blank;
    end = std::max(end, first_of(text).second);
    lines.push_back(margin + std::string(text.substr(0, end)));
    text.remove_prefix(end);
    while (text.starts_with(' ')) text.remove_prefix(1);
  }
  if (!text.empty() || lines.empty())
    lines.push_back(std::string(lines.empty() ? 0 : indent, ' ').append(text));
  return lines;
}

}  // namespace llmload::text
