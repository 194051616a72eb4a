#include "tokenize/pretokenizer.hpp"

#include <cstdint>

#include "tokenize/unicode_classes.hpp"
#include "tokenize/utf8.hpp"

namespace llmload::tokenize {
namespace {

bool is_newline(char32_t code_point) { return code_point == U'\r' || code_point == U'\n'; }

/// A code point of the text with its classes; past the end it has size 0 and no class.
struct Character {
  char32_t value = 0;
  std::size_t size = 0;
  std::uint8_t classes = 0;

  bool exists() const { return size != 0; }
  bool is(std::uint8_t any_of) const { return (classes & any_of) != 0; }
  bool is_other() const { return exists() && !is(letter | number | space); }
};

Character character_at(std::string_view text, std::size_t position) {
  if (position >= text.size()) return {};
  const CodePoint found = code_point_at(text, position);
  return {found.value, found.size, classes_of(found.value)};
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

std::size_t letters_end(std::string_view text, std::size_t position) {
  return run_end(text, position, [](const Character& next) { return next.is(letter); });
}

char ascii_lower(char letter_or_not) {
  return letter_or_not >= 'A' && letter_or_not <= 'Z' ? static_cast<char>(letter_or_not + ('a' - 'A'))
                                                      : letter_or_not;
}

/// The end of the 's, 't, 're, 've, 'm, 'll or 'd, in any case, that starts at `begin`; `begin` if none does.
std::size_t contraction_end(std::string_view text, std::size_t begin) {
  const std::string_view rest = text.substr(begin + 1);
  if (rest.empty()) return begin;
  if (rest.starts_with("\u017F")) return begin + 3;  // long s: the one other character that folds to s
  const char first = ascii_lower(rest[0]);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return begin + 2;
  if (rest.size() < 2) return begin;
  const char second = ascii_lower(rest[1]);
  const bool two =
      (first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l');
  return two ? begin + 3 : begin;
}

std::size_t digits_end(std::string_view text, std::size_t position, int most) {
  for (int taken = 0; taken < most; ++taken) {
    const Character next = character_at(text, position);
    if (!next.is(number)) break;
    position += next.size;
  }
  return position;
}

/// [^\s\p{L}\p{N}]+[\r\n]*
std::size_t symbols_end(std::string_view text, std::size_t position) {
  position = run_end(text, position, [](const Character& next) { return next.is_other(); });
  return run_end(text, position, [](const Character& next) { return is_newline(next.value); });
}

/// \s*[\r\n]+ | \s+(?!\S) | \s+   without backtracking: the run ends after its last newline; with none, it
/// leaves its last space to the word that follows.
std::size_t spaces_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  std::size_t last_begin = begin;
  std::size_t after_newline = begin;
  run_end(text, begin, [&](const Character& next) {
    if (!next.is(space)) return false;
    last_begin = end;
    end += next.size;
    if (is_newline(next.value)) after_newline = end;
    return true;
  });
  if (after_newline != begin) return after_newline;
  if (end == text.size() || last_begin == begin) return end;
  return last_begin;
}

std::size_t llama3_piece_end(std::string_view text, std::size_t begin) {
  const Character first = character_at(text, begin);
  const std::size_t second_begin = begin + first.size;
  if (first.is(letter)) return letters_end(text, second_begin);
  if (first.is(number)) return digits_end(text, begin, 3);
  if (first.value == U'\'') {
    if (const std::size_t end = contraction_end(text, begin); end != begin) return end;
  }
  const Character second = character_at(text, second_begin);
  if (second.is(letter) && !is_newline(first.value)) return letters_end(text, second_begin);
  if (first.is_other() || (first.value == U' ' && second.is_other())) return symbols_end(text, second_begin);
  return spaces_end(text, begin);
}

}  // namespace

constinit const Pretokenizer llama3_pretokenizer{"llama3", llama3_piece_end};
constinit const Pretokenizer cl100k_pretokenizer{"cl100k", llama3_piece_end};

}  // namespace llmload::tokenize
