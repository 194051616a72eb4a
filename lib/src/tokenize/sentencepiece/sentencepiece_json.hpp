#pragma once

#include <memory>

#include "llmload/tokenizer.hpp"
#include "tokenize/formats/json_reader.hpp"

namespace llmload::tokenize {

/// The tokenizer of a tokenizer.json whose model is BPE of SentencePiece kind: it merges characters, and
/// tells unknown ones by their bytes. Throws InputError for what is broken or is not known here.
std::shared_ptr<const ModelTokenizer> load_sentencepiece_json(const JsonReader& root,
                                                              const TokenizerOptions& options);

}  // namespace llmload::tokenize
