#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace llmload::tokenize {

/// What a pre-tokenizer asks of a code point, as bits. The Unicode version is pinned at 16.0, the one of the
/// reference tokenizers: the system's tables are older or newer, and lack or add thousands of letters.
enum CharacterClass : std::uint8_t {
  letter = 1,      // \p{L}
  number = 2,      // \p{N}
  space = 4,       // White_Space, the \s of Rust's and Python's regex engines
  upper_word = 8,  // [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}], what o200k begins a word with
  lower_word = 16  // [\p{Ll}\p{Lm}\p{Lo}\p{M}], what it goes on with; letters without case and marks are both
};

#include "tokenize/unicode/unicode_table.inc"

/// The CharacterClass bits of `code_point`, which must be below 0x110000.
inline std::uint8_t classes_of(char32_t code_point) {
  const std::size_t block = unicode_block_of[code_point / unicode_block_size];
  return unicode_blocks[block * unicode_block_size + code_point % unicode_block_size];
}

}  // namespace llmload::tokenize
