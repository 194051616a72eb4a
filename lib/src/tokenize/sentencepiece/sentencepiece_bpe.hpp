#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tokenize/bytelevel/merge_table.hpp"
#include "tokenize/sentencepiece/sentencepiece_proto.hpp"
#include "tokenize/vocabulary.hpp"

namespace llmload::tokenize {

/// BPE of SentencePiece kind: it merges characters rather than bytes, spaces are characters of words, and a
/// character that no piece has is told by its bytes. Inside, a space stands for SentencePiece's U+2581.
/// Threads: const functions may be called from several threads at once.
class SentencePieceBpe {
 public:
  /// What a model's file says.
  struct Model {
    Vocabulary vocabulary;  // the pieces that merges make, then single characters that are only parts of them
    MergeTable merges;
    std::size_t pieces;              // ids from here on are no pieces
    std::array<TokenId, 256> bytes;  // the token of each byte
  };

  explicit SentencePieceBpe(Model model);

  /// Appends the ids of normalized text.
  void append(std::string_view normalized, std::vector<TokenId>& ids) const;

  /// The number of ids that append() appends.
  std::size_t count(std::string_view normalized) const;

  /// The bytes that an id stands for.
  std::string piece(TokenId id) const;

  /// Number of ids.
  std::size_t size() const { return model_.pieces; }

  /// The last place at which a text, not yet normalized, can be cut between two words; 0 if there is none.
  std::size_t cut(std::string_view text) const;

 private:
  /// Calls `take` for each id.
  template <typename Take>
  void encode(std::string_view normalized, Take take) const;
  template <typename Take>
  void encode_word(std::string_view word, Take take) const;
  /// Of known characters, `parts`, that make `text`.
  template <typename Take>
  void encode_part(std::string_view text, std::span<TokenId> parts, Take take) const;
  template <typename Take>
  void take_token(TokenId token, Take take) const;
  template <typename Take>
  void take_bytes(std::string_view characters, Take take) const;

  TokenId token_of_character(std::string_view character) const;
  std::size_t word_end(std::string_view text, std::size_t begin) const;
  void learn_from_pieces();
  void hide_what_merges_do_not_make();

  Model model_;
  std::array<TokenId, 128> token_of_ascii_;
  bool cut_into_words_ = true;  // tokens never cross from a word to the space after it
  // Whether some piece has these two ASCII characters side by side; between others, no merge ever crosses.
  std::array<std::bitset<128>, 128> side_by_side_;
};

/// `piece` with each U+2581 as a space.
std::string with_spaces(std::string_view piece);

/// The text that SentencePieceBpe takes: U+2581 becomes a space, and a byte that is no UTF-8 becomes U+FFFD,
/// as libsentencepiece reads it. A space goes before a text that is not empty if `dummy_prefix`.
std::string sentencepiece_text(std::string_view text, bool dummy_prefix);

/// The tokenizer of a SentencePiece model; nothing where only libsentencepiece knows all of its rules.
std::optional<SentencePieceBpe> make_sentencepiece_bpe(const SentencePieceProto& proto);

}  // namespace llmload::tokenize
