#include "text/number.hpp"

#include <charconv>
#include <cstddef>
#include <string_view>

namespace llmload::text {

std::string decimals(double value, int count) {
  char text[400];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, count).ptr;
  return {text, end};
}

std::string rounded(double value) {
  std::string text = decimals(value, 2);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string shortest(double value) {
  char text[400];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
  return {text, end};
}

std::string cost(double value) { return decimals(value, value < 1 ? 4 : 2); }

std::string brief(double value) {
  constexpr std::string_view letters = " kMGT";
  std::size_t letter = 0;
  if (value >= 99'999.5) {
    for (; value >= 999.5 && letter + 1 < letters.size(); ++letter) value /= 1'000;
  }
  // What 9.996 is rounded to has one digit more before its point.
  const int count = value < 0.9995 && letter == 0 ? 3 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return decimals(value, count) + (letter == 0 ? "" : std::string(1, letters[letter]));
}

std::string rounded_or(const std::optional<double>& value, const char* empty) {
  return value ? rounded(*value) : empty;
}

}  // namespace llmload::text
