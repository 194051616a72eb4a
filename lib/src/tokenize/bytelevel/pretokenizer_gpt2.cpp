#include <array>

#include "tokenize/bytelevel/pretokenizer.hpp"
#include "tokenize/unicode/characters.hpp"

namespace llmload::tokenize {
namespace {

constexpr std::array<std::string_view, 7> contractions = {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};

std::size_t piece_end(std::string_view text, std::size_t begin) {
  if (text[begin] == '\'') {
    for (const std::string_view contraction : contractions) {
      if (text.substr(begin).starts_with(contraction)) return begin + contraction.size();
    }
  }
  const std::size_t after_space = begin + (text[begin] == ' ' ? 1 : 0);
  const Character first = character_at(text, after_space);
  if (first.is(letter)) return class_end(text, after_space, letter);
  if (first.is(number)) return class_end(text, after_space, number);
  if (first.is_other()) return others_end(text, after_space);
  return spaces_end(text, begin, spaces_at(text, begin));
}

}  // namespace

constinit const Pretokenizer gpt2_pretokenizer{
    "gpt2", R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", piece_end};

}  // namespace llmload::tokenize
