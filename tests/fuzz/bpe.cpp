// Any text, byte-level BPE by each pre-tokenizer: the pieces of its ids are the text, its count is their
// number, and so it is in a stream, however that is split.
#include "fuzz/tokenizer_checks.hpp"
#include "tokenize/bytelevel/bpe_tokenizer.hpp"
#include "tokenize/formats/tiktoken_file.hpp"
#include "tokenize/unicode/nfc.hpp"
#include "unit/tokenize/test_data.hpp"

namespace {

using namespace llmload;
using namespace llmload::tokenize;

/// The tiny vocabulary, as a tiktoken file has it.
class Tiny final : public BpeTokenizer {
 public:
  Tiny(const Pretokenizer& pretokenizer, const Rules& rules)
      : BpeTokenizer(Bpe(read_tiktoken(test_data("tiny.tiktoken"), "tiny.tiktoken")), pretokenizer, rules) {}
};

void check(const ModelTokenizer& tokenizer, const fuzz::Pieces& text, const std::string& normalized) {
  fuzz::require(fuzz::decoded(tokenizer, text.whole) == normalized, "the pieces are the text");
  fuzz::check_stream(tokenizer, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Tiny llama3(llama3_pretokenizer, {}), qwen2(qwen2_pretokenizer, {.nfc = true, .added = {}}),
      o200k(o200k_pretokenizer, {}), tekken(tekken_pretokenizer, {}), gpt2(gpt2_pretokenizer, {});
  const fuzz::Pieces text = fuzz::split(data, size);
  const std::string whole(text.whole);
  switch (size % 5) {
    case 0: check(llama3, text, whole); break;
    case 1: check(o200k, text, whole); break;
    case 2: check(tekken, text, whole); break;
    case 3: check(gpt2, text, whole); break;
    default: {
      const std::string normalized = to_nfc(whole);
      check(qwen2, text, normalized);
      fuzz::require(to_nfc(normalized) == normalized, "a normal form stays");
    }
  }
  return 0;
}
