#include "text/number.hpp"

#include <charconv>

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

std::string rounded_or(const std::optional<double>& value, const char* empty) {
  return value ? rounded(*value) : empty;
}

}  // namespace llmload::text
