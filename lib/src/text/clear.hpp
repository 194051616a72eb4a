#pragma once

#include <cstddef>
#include <string>

namespace llmload::text {

/// Empties `text`, which goes on being used, and gives its memory back where that is unusually large: neither
/// clear() nor an assignment of an empty string does, and each session would keep its largest answer.
inline void clear_and_shrink(std::string& text) {
  constexpr std::size_t most_kept = 8 * 1024;
  text.clear();
  if (text.capacity() > most_kept) std::string().swap(text);
}

}  // namespace llmload::text
