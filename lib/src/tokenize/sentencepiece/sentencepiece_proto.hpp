#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace llmload::tokenize {

/// What of a sentencepiece_model.proto tells how a BPE model reads a text; each default is the format's.
struct SentencePieceProto {
  enum class Type : std::uint8_t { normal = 1, unknown, control, user_defined, unused, byte };
  struct Piece {
    std::string_view text;  // in the file's content
    float score = 0;
    Type type = Type::normal;
  };

  std::vector<Piece> pieces;

  // Of the trainer's parameters.
  bool is_bpe = false;
  bool space_as_suffix = false;
  bool byte_fallback = false;

  // Of the normalizer's.
  std::string_view character_map = {};
  bool add_dummy_prefix = true;
  bool remove_extra_spaces = true;
  bool escape_spaces = true;
};

/// Reads the parts above from a file's content; nothing if it is no such message, or has more pieces than
/// most_tokens.
std::optional<SentencePieceProto> read_sentencepiece_proto(std::string_view content);

}  // namespace llmload::tokenize
