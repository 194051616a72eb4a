#include "tokenize/bytelevel/pretokenizer.hpp"
#include "tokenize/unicode/characters.hpp"

namespace llmload::tokenize {
namespace {

template <int most_digits>
std::size_t piece_end(std::string_view text, std::size_t begin) {
  const Character first = character_at(text, begin);
  const std::size_t second_begin = begin + first.size;
  if (first.is(letter)) return class_end(text, second_begin, letter);
  if (first.is(number)) return digits_end(text, begin, most_digits);
  if (first.value == U'\'') {
    if (const std::size_t end = contraction_end(text, begin); end != begin) return end;
  }
  const Character second = character_at(text, second_begin);
  if (second.is(letter) && !is_newline(first.value)) return class_end(text, second_begin, letter);
  if (first.is_other() || (first.value == U' ' && second.is_other())) {
    return run_end(text, others_end(text, second_begin),
                   [](const Character& next) { return is_newline(next.value); });
  }
  return spaces_or_newlines_end(text, begin);
}

constexpr std::string_view three_digits =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|)"
    R"(\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view one_digit =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|)"
    R"(\s*[\r\n]+|\s+(?!\S)|\s+)";

}  // namespace

constinit const Pretokenizer llama3_pretokenizer{"llama3", three_digits, piece_end<3>};
constinit const Pretokenizer cl100k_pretokenizer{"cl100k", three_digits, piece_end<3>};
constinit const Pretokenizer qwen2_pretokenizer{"qwen2", one_digit, piece_end<1>};

}  // namespace llmload::tokenize
