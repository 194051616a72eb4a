#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace llmload::tokenize {

/// How a family of models cuts a text into pieces before its merges: tokens never cross a piece's end.
/// A family is one hand-written function; a regex engine brings its own Unicode version and is slower.
struct Pretokenizer {
  std::string_view name;

  /// The grammar as a tokenizer.json spells it: the first alternative that matches is the piece.
  std::string_view regex;

  /// The end of the piece of `text` that starts at `begin`, which must be inside. Always beyond `begin`.
  std::size_t (*piece_end)(std::string_view text, std::size_t begin);
};

/// Llama 3 to 3.3, as published by Meta.
extern const Pretokenizer llama3_pretokenizer;

/// OpenAI's cl100k, whose grammar is that of Llama 3.
extern const Pretokenizer cl100k_pretokenizer;

/// Qwen 2 to 3: Llama 3's with one digit a piece.
extern const Pretokenizer qwen2_pretokenizer;

/// OpenAI's o200k, also of gpt-oss and Llama 4: words begin anew where a capital follows a small letter.
extern const Pretokenizer o200k_pretokenizer;

/// Mistral's Tekken: o200k's without contractions, and with one digit a piece.
extern const Pretokenizer tekken_pretokenizer;

/// GPT-2, also OpenAI's r50k and p50k.
extern const Pretokenizer gpt2_pretokenizer;

/// Whether `text` can be cut at `end`, where one of its pieces ends, whatever follows it. No pre-tokenizer
/// looks further ahead than to the end of the run that begins there, of spaces or of letters, and a
/// contraction on; but spaces at the end of a text are cut otherwise than inside. The last `margin` bytes are
/// left out.
bool is_settled(std::string_view text, std::size_t end, std::size_t margin);

/// The pre-tokenizer of this name. Throws InputError, with the known ones, if there is none.
const Pretokenizer& named_pretokenizer(std::string_view name);

/// The pre-tokenizer whose regex is spelled exactly so, or nullptr.
const Pretokenizer* pretokenizer_of_regex(std::string_view regex);

/// All names, for an error: "llama3, cl100k, ...".
std::string pretokenizer_names();

}  // namespace llmload::tokenize
