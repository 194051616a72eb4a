#pragma once

#include <algorithm>
#include <string>
#include <string_view>

// Of ASCII's letters alone, in every locale: names of hosts and headers.

namespace llmload::text {

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

/// With capital letters as small ones.
inline std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return lower(c); });
  return result;
}

/// Whether they are the same but for their case.
inline bool iequals(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace llmload::text
