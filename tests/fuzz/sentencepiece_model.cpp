// Any bytes as a SentencePiece model give a tokenizer or an InputError; where the fast path reads it, with
// the ids of libsentencepiece.
#include "tokenize/sentencepiece/sentencepiece_model.hpp"

#include <sentencepiece_processor.h>

#include "fuzz/tokenizer_checks.hpp"
#include "llmload/error.hpp"
#include "tokenize/sentencepiece/sentencepiece_bpe.hpp"
#include "tokenize/sentencepiece/sentencepiece_proto.hpp"

namespace {

using namespace llmload;

void compare(std::string_view content, const ModelTokenizer& tokenizer) {
  const auto proto = tokenize::read_sentencepiece_proto(content);
  if (!proto || !tokenize::make_sentencepiece_bpe(*proto)) return;
  sentencepiece::SentencePieceProcessor reference;
  fuzz::require(reference.LoadFromSerializedProto(content).ok(), "libsentencepiece reads what we read");
  for (const std::string_view text : {"The tokens of a test: a  b\n\xE2\x96\x81",
                                      "Gr\xC3\xB6\xC3\x9F"
                                      "e \xFF\x01 tokentest",
                                      "  aaaa"}) {
    std::vector<int> ids;
    reference.Encode(text, &ids).IgnoreError();
    fuzz::require(tokenizer.encode(text) == std::vector<std::uint32_t>(ids.begin(), ids.end()),
                  "the ids of libsentencepiece");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content(static_cast<const char*>(static_cast<const void*>(data)), size);
  try {
    const auto tokenizer = tokenize::load_sentencepiece(content, "file");
    fuzz::check_any(*tokenizer);
    compare(content, *tokenizer);
  } catch (const InputError&) {
  }
  return 0;
}
