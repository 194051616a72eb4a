#include "text/trim.hpp"

#include <algorithm>
#include <array>

namespace llmload::text {
namespace {

constexpr std::array<std::string_view, 9> around = {" ",  "\t",           "\r",       "\n",          "\v",
                                                    "\f", "\xef\xbb\xbf", "\xc2\xa0", "\xe2\x80\x8b"};

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = [&] {
    return std::ranges::find_if(around, [&](std::string_view blank) { return text.starts_with(blank); });
  };
  const auto last = [&] {
    return std::ranges::find_if(around, [&](std::string_view blank) { return text.ends_with(blank); });
  };
  for (auto blank = first(); blank != around.end(); blank = first()) text.remove_prefix(blank->size());
  for (auto blank = last(); blank != around.end(); blank = last()) text.remove_suffix(blank->size());
  return text;
}

}  // namespace llmload::text
