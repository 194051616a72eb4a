// In the place of sentencepiece_model.cpp where llmload is built without libsentencepiece.
#include "llmload/error.hpp"
#include "tokenize/sentencepiece/sentencepiece_model.hpp"

namespace llmload::tokenize {

std::shared_ptr<const ModelTokenizer> load_sentencepiece(std::string_view /*content*/,
                                                         const std::string& file,
                                                         const TokenizerOptions& /*options*/) {
  throw InputError(
      file +
      ": this llmload was built without SentencePiece (LLMLOAD_WITH_SENTENCEPIECE=OFF); it reads "
      "the model's tokenizer.json");
}

}  // namespace llmload::tokenize
