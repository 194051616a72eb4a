#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "llmload/tokenizer.hpp"

namespace llmload::tokenize {

/// A SentencePiece model from the bytes of its file; `file` is the name in errors. Throws InputError if they
/// are no such model, and for any option: a model has no pre-tokenizer, and does not say what is special.
std::shared_ptr<const ModelTokenizer> load_sentencepiece(std::string_view content, const std::string& file,
                                                         const TokenizerOptions& options = {});

}  // namespace llmload::tokenize
