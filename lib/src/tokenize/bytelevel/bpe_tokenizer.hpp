#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "llmload/tokenizer.hpp"
#include "tokenize/added_tokens.hpp"
#include "tokenize/bytelevel/bpe.hpp"
#include "tokenize/bytelevel/pretokenizer.hpp"

namespace llmload::tokenize {

/// Byte-level BPE: added tokens are found first, the text between them is normalized, cut into pieces, and
/// each piece is merged.
class BpeTokenizer : public ModelTokenizer {
 public:
  /// What differs between models besides their vocabulary and their pre-tokenizer.
  struct Rules {
    bool nfc = false;  // the text is read in Unicode's normalization form C
    bool parse_special = false;
    std::vector<AddedToken> added;  // with contents that are not empty
  };

  BpeTokenizer(Bpe bpe, const Pretokenizer& pretokenizer, const Rules& rules);

  std::size_t count(std::string_view text) const override;
  std::size_t cut(std::string_view text) const override;
  std::vector<std::uint32_t> encode(std::string_view text) const override;
  std::string piece(std::uint32_t id) const override;
  std::size_t size() const override;
  std::string description() const override;

 protected:
  const Pretokenizer& pretokenizer() const { return pretokenizer_; }

 private:
  /// cut() of text that is in normalization form C where that matters.
  template <typename TakeEnd>
  void for_each_settled_end(std::string_view normalized, TakeEnd take_end) const;

  /// Calls `take_part` for what is between added tokens, normalized, and `take_token` for each of these.
  template <typename TakePart, typename TakeToken>
  void walk(std::string_view text, TakePart take_part, TakeToken take_token) const;

  /// Calls `take_piece` for each piece of such a part, as a look-up that has begun a few pieces before: their
  /// waits for memory overlap.
  template <typename TakePiece>
  void look_up_pieces(std::string_view part, TakePiece take_piece) const;

  Bpe bpe_;
  Pretokenizer pretokenizer_;
  bool nfc_;
  AddedTokens added_to_text_;        // found in the text as it is
  AddedTokens added_to_normalized_;  // found once it is normalized
  AddedPieces added_;
};

}  // namespace llmload::tokenize
