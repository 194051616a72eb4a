#include "text/printable.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "llmload/printable.hpp"
#include "text/trim.hpp"
#include "text/utf8.hpp"

namespace llmload {
namespace {

using namespace std::string_view_literals;

// The wide ones are what some spreadsheets take for the narrow ones.
constexpr std::array formula_signs = {"="sv, "+"sv, "-"sv, "@"sv, "＝"sv, "＋"sv, "－"sv, "＠"sv};
constexpr std::array quotes = {"\""sv, "'"sv, "`"sv};

bool starts_with_any(std::string_view text, const auto& beginnings) {
  return std::ranges::any_of(beginnings,
                             [text](std::string_view beginning) { return text.starts_with(beginning); });
}

bool is_number(std::string_view text) {
  double ignored = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, ignored);
  return error == std::errc() && stop == end;
}

bool is_formula(std::string_view cell) {
  std::string_view front = text::trimmed(cell);
  while (starts_with_any(front, quotes)) front = text::trimmed(front.substr(1));
  return starts_with_any(front, formula_signs) && !is_number(cell);
}

}  // namespace

std::size_t text::control_size(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  if (byte(0) < 0x20 || byte(0) == 0x7F) return 1;
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) < 0xA0) return 2;  // C1: U+0080 to U+009F
  if (byte(0) == 0xD8 && byte(1) == 0x9C) return 2;                    // the Arabic letter mark
  if (byte(0) != 0xE2) return 0;
  const bool mark = byte(1) == 0x80 && (byte(2) == 0x8E || byte(2) == 0x8F);
  const bool line_or_embedding = byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE;
  const bool isolate_or_old = byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xAF;
  return mark || line_or_embedding || isolate_or_old ? 3 : 0;
}

std::string printable(std::string_view text) {
  const std::string valid = text::valid_utf8(std::string(text));
  std::string out;
  for (std::string_view rest = valid; !rest.empty();) {
    const std::size_t control = text::control_size(rest);
    if (control == 0)
      out += rest.front();
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
    rest.remove_prefix(std::max<std::size_t>(control, 1));
  }
  return out;
}

std::string printable_cell(std::string_view text) {
  std::string cell = printable(text);
  return is_formula(cell) ? "'" + cell : cell;
}

std::string markdown_cell(std::string_view text) {
  std::string cell = printable_cell(text);
  std::ranges::replace(cell, '|', '/');
  return cell;
}

}  // namespace llmload
