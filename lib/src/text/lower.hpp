#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace llmload::text {

/// With ASCII's capital letters as small ones, in every locale: names of hosts and headers.
inline std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return result;
}

}  // namespace llmload::text
