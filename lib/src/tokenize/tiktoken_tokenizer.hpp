#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "llmload/tokenizer.hpp"
#include "tokenize/bpe.hpp"
#include "tokenize/pretokenizer.hpp"

namespace llmload::tokenize {

/// A vocabulary of the tiktoken format with the pre-tokenizer of its family, which the file does not name.
class TiktokenTokenizer final : public ModelTokenizer {
 public:
  TiktokenTokenizer(Vocabulary vocabulary, const Pretokenizer& pretokenizer);

  std::size_t count(std::string_view text) const override;
  std::vector<std::uint32_t> encode(std::string_view text) const override;
  std::string piece(std::uint32_t id) const override;
  std::size_t size() const override;
  std::string description() const override;

 private:
  template <typename Take>
  void for_each_piece(std::string_view text, Take take) const;

  Bpe bpe_;
  Pretokenizer pretokenizer_;
};

/// The pre-tokenizer of the published vocabulary that has `ranks` ranks; nullptr if none is known.
const Pretokenizer* pretokenizer_of(std::size_t ranks);

/// Reads a published vocabulary. Throws InputError for broken content, or an unknown number of ranks.
TiktokenTokenizer load_tiktoken(std::string_view content, const std::string& file);

}  // namespace llmload::tokenize
