#pragma once

#include <string_view>

namespace llmload::tokenize {

/// Whether the character map of a SentencePiece model (precompiled_charsmap, which may be empty) can be given
/// to libsentencepiece: that follows each offset in it unchecked.
bool is_sound_character_map(std::string_view map);

}  // namespace llmload::tokenize
