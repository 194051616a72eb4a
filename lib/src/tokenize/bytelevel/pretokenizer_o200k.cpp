#include "tokenize/bytelevel/pretokenizer.hpp"
#include "tokenize/unicode/characters.hpp"

namespace llmload::tokenize {
namespace {

/// Where the two forms of a word that begins at the same place end; at that place if there is no such word.
struct WordEnds {
  std::size_t lower;  // UPPER* LOWER+
  std::size_t upper;  // UPPER+ LOWER*, right only where there is no word of the other form
};

/// What a regex engine finds by backtracking: UPPER* gives back as few characters as leave one for LOWER+.
WordEnds word_ends(std::string_view text, std::size_t begin) {
  WordEnds ends{begin, begin};
  ends.upper = run_end(text, begin, [&, end = begin](const Character& next) mutable {
    if (!next.is(upper_word)) return false;
    end += next.size;
    if (next.is(lower_word)) ends.lower = end;
    return true;
  });
  if (character_at(text, ends.upper).is(lower_word)) ends.lower = class_end(text, ends.upper, lower_word);
  return ends;
}

/// [^\r\n\p{L}\p{N}]?UPPER*LOWER+|[^\r\n\p{L}\p{N}]?UPPER+LOWER*   The word's end; `begin` if there is none.
std::size_t word_end(std::string_view text, std::size_t begin, const Character& first) {
  if (first.is(letter)) {
    const WordEnds ends = word_ends(text, begin);
    return ends.lower != begin ? ends.lower : ends.upper;
  }
  if (first.is(number) || is_newline(first.value)) return begin;
  const std::size_t second_begin = begin + first.size;
  const WordEnds ends = word_ends(text, second_begin);
  if (ends.lower != second_begin) return ends.lower;
  if (first.is(lower_word)) return second_begin;  // a mark is a word before it is a prefix of capitals
  return ends.upper != second_begin ? ends.upper : begin;
}

template <bool with_contractions, int most_digits>
std::size_t piece_end(std::string_view text, std::size_t begin) {
  const Character first = character_at(text, begin);
  if (const std::size_t end = word_end(text, begin, first); end != begin) {
    return with_contractions ? contraction_end(text, end) : end;
  }
  if (first.is(number)) return digits_end(text, begin, most_digits);
  const std::size_t second_begin = begin + first.size;
  if (first.is_other() || (first.value == U' ' && character_at(text, second_begin).is_other())) {
    return run_end(text, others_end(text, second_begin),
                   [](const Character& next) { return is_newline(next.value) || next.value == U'/'; });
  }
  return spaces_or_newlines_end(text, begin);
}

constexpr std::string_view o200k_regex =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)"
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
    R"(\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view tekken_regex =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|)"
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|)"
    R"(\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

}  // namespace

constinit const Pretokenizer o200k_pretokenizer{"o200k", o200k_regex, piece_end<true, 3>};
constinit const Pretokenizer tekken_pretokenizer{"tekken", tekken_regex, piece_end<false, 1>};

}  // namespace llmload::tokenize
