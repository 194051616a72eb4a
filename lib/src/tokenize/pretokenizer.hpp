#pragma once

#include <cstddef>
#include <string_view>

namespace llmload::tokenize {

/// How a family of models cuts a text into pieces before its merges: tokens never cross a piece's end.
/// A family is one hand-written function; a regex engine brings its own Unicode version and is slower.
struct Pretokenizer {
  std::string_view name;

  /// The end of the piece of `text` that starts at `begin`, which must be inside. Always beyond `begin`.
  std::size_t (*piece_end)(std::string_view text, std::size_t begin);
};

/// Llama 3 to 3.3 (as published by Meta), and OpenAI's cl100k, whose grammar is the same. The first of these
/// that matches is the piece:
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)
///     [^\r\n\p{L}\p{N}]?\p{L}+
///     \p{N}{1,3}
///     [ ]?[^\s\p{L}\p{N}]+[\r\n]*
///     \s*[\r\n]+
///     \s+(?!\S)
///     \s+
extern const Pretokenizer llama3_pretokenizer;
extern const Pretokenizer cl100k_pretokenizer;

}  // namespace llmload::tokenize
