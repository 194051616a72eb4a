#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tokenize/unicode/unicode_classes.hpp"
#include "tokenize/unicode/utf8.hpp"

namespace llmload::tokenize {

// The parts that the grammars of several pre-tokenizers share, each linear in what it looks at.

inline bool is_newline(char32_t code_point) { return code_point == U'\r' || code_point == U'\n'; }

/// A code point of the text with its classes; past the end it has size 0 and no class.
struct Character {
  char32_t value = 0;
  std::size_t size = 0;
  std::uint8_t classes = 0;

  bool exists() const { return size != 0; }
  bool is(std::uint8_t any_of) const { return (classes & any_of) != 0; }
  bool is_other() const { return exists() && !is(letter | number | space); }
};

inline Character character_at(std::string_view text, std::size_t position) {
  if (position >= text.size()) return {};
  const CodePoint found = code_point_at(text, position);
  return {found.value, found.size, classes_of(found.value)};
}

/// The character that ends at `end`, which must not be 0.
inline Character character_before(std::string_view text, std::size_t end) {
  for (std::size_t size = end < 4 ? end : 4; size > 1; --size) {
    const Character found = character_at(text, end - size);
    if (found.size == size) return found;
  }
  return character_at(text, end - 1);
}

/// The end of the run of characters from `position` on that all satisfy `belongs`.
template <typename Predicate>
std::size_t run_end(std::string_view text, std::size_t position, Predicate belongs) {
  for (Character next = character_at(text, position); next.exists() && belongs(next);
       next = character_at(text, position)) {
    position += next.size;
  }
  return position;
}

/// The end of the run from `position` on of characters that have any of the classes.
inline std::size_t class_end(std::string_view text, std::size_t position, std::uint8_t any_of) {
  return run_end(text, position, [any_of](const Character& next) { return next.is(any_of); });
}

/// [^\s\p{L}\p{N}]*
inline std::size_t others_end(std::string_view text, std::size_t position) {
  return run_end(text, position, [](const Character& next) { return next.is_other(); });
}

/// \p{N}{0,most}
inline std::size_t digits_end(std::string_view text, std::size_t position, int most) {
  for (int taken = 0; taken < most; ++taken) {
    const Character next = character_at(text, position);
    if (!next.is(number)) break;
    position += next.size;
  }
  return position;
}

/// A run of spaces.
struct Spaces {
  std::size_t end;            // of the whole run
  std::size_t last_begin;     // where its last character begins
  std::size_t after_newline;  // where its last \r or \n ends; its begin if it has none
};

inline Spaces spaces_at(std::string_view text, std::size_t begin) {
  Spaces spaces{begin, begin, begin};
  run_end(text, begin, [&](const Character& next) {
    if (!next.is(space)) return false;
    spaces.last_begin = spaces.end;
    spaces.end += next.size;
    if (is_newline(next.value)) spaces.after_newline = spaces.end;
    return true;
  });
  return spaces;
}

/// \s+(?!\S) | \s+   without backtracking: the run leaves its last space to the word that follows.
inline std::size_t spaces_end(std::string_view text, std::size_t begin, const Spaces& spaces) {
  return spaces.end == text.size() || spaces.last_begin == begin ? spaces.end : spaces.last_begin;
}

/// \s*[\r\n]+ | \s+(?!\S) | \s+   likewise: a run with newlines ends after the last of them.
inline std::size_t spaces_or_newlines_end(std::string_view text, std::size_t begin) {
  const Spaces spaces = spaces_at(text, begin);
  return spaces.after_newline != begin ? spaces.after_newline : spaces_end(text, begin, spaces);
}

/// (?i:'s|'t|'re|'ve|'m|'ll|'d)?   The end of the contraction that starts at `begin`; `begin` if none does.
inline std::size_t contraction_end(std::string_view text, std::size_t begin) {
  const std::string_view rest = text.substr(begin);
  if (rest.size() < 2 || rest[0] != '\'') return begin;
  if (rest.substr(1).starts_with("\u017F")) return begin + 3;  // long s: the one other that folds to s
  const auto lower = [&](std::size_t at) {
    const char character = at < rest.size() ? rest[at] : '\0';
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character + ('a' - 'A')) : character;
  };
  const char first = lower(1);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return begin + 2;
  const char second = lower(2);
  const bool two = ((first == 'r' || first == 'v') && second == 'e') || (first == 'l' && second == 'l');
  return two ? begin + 3 : begin;
}

}  // namespace llmload::tokenize
