#pragma once

#include <string_view>

namespace llmload::text {

/// `text` behind the byte order mark that some editors put before UTF-8.
inline std::string_view without_mark(std::string_view text) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  if (text.starts_with(mark)) text.remove_prefix(mark.size());
  return text;
}

/// `text` without what copying leaves around a word: blanks, line ends, byte order marks, and the blanks of
/// web pages (U+00A0 and U+200B).
std::string_view trimmed(std::string_view text);

}  // namespace llmload::text
