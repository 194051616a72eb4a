#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "llmload/tokenizer.hpp"
#include "tokenize/bytelevel/bpe_tokenizer.hpp"
#include "tokenize/bytelevel/pretokenizer.hpp"

namespace llmload::tokenize {

/// A vocabulary of the tiktoken format with the pre-tokenizer of its family, which the file does not name.
class TiktokenTokenizer final : public BpeTokenizer {
 public:
  TiktokenTokenizer(Vocabulary vocabulary, const Pretokenizer& pretokenizer);

  std::string description() const override;
};

/// The pre-tokenizer of the published vocabulary that has `ranks` ranks; nullptr if none is known.
const Pretokenizer* pretokenizer_of(std::size_t ranks);

/// Reads a vocabulary. Throws InputError for broken content, for an unknown number of ranks where the options
/// name no pre-tokenizer, and where special tokens are asked for, which such a file does not have.
TiktokenTokenizer load_tiktoken(std::string_view content, const std::string& file,
                                const TokenizerOptions& options);

}  // namespace llmload::tokenize
