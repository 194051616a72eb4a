// Any text, by a SentencePiece model that the fast path reads: the ids of libsentencepiece, and in a stream
// their number, however that is split.
#include "tokenize/sentencepiece/sentencepiece_bpe.hpp"

#include <sentencepiece_processor.h>

#include "fuzz/tokenizer_checks.hpp"
#include "tokenize/sentencepiece/sentencepiece_model.hpp"
#include "unit/tokenize/test_data.hpp"

namespace {

using namespace llmload;
using namespace llmload::tokenize;

struct Tiny {
  std::string content = test_data("tiny.model");
  std::shared_ptr<const ModelTokenizer> tokenizer = load_sentencepiece(content, "tiny.model");
  sentencepiece::SentencePieceProcessor reference;

  Tiny() {
    const auto proto = read_sentencepiece_proto(content);
    fuzz::require(proto && make_sentencepiece_bpe(*proto), "the fast path reads the model");
    fuzz::require(reference.LoadFromSerializedProto(content).ok(), "libsentencepiece reads the model");
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Tiny tiny;
  const fuzz::Pieces text = fuzz::split(data, size);
  std::vector<int> ids;
  tiny.reference.Encode(text.whole, &ids).IgnoreError();
  fuzz::require(tiny.tokenizer->encode(text.whole) == std::vector<std::uint32_t>(ids.begin(), ids.end()),
                "the ids of libsentencepiece");
  fuzz::decoded(*tiny.tokenizer, text.whole);
  fuzz::check_stream(*tiny.tokenizer, text);
  return 0;
}
