#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "llmload/tokenizer.hpp"

namespace llmload::tokenize {

/// A tokenizer.json of Hugging Face's tokenizers from its content; `file` is the name in errors. BPE models
/// are read, byte-level ones and those of SentencePiece kind. Throws InputError, with the JSON pointer, for
/// what is broken or is not known here.
std::shared_ptr<const ModelTokenizer> load_tokenizer_json(std::string_view content, const std::string& file,
                                                          const TokenizerOptions& options);

}  // namespace llmload::tokenize
