#include "tokenize/bytelevel/tiktoken_tokenizer.hpp"

#include <utility>

#include "llmload/error.hpp"
#include "tokenize/formats/tiktoken_file.hpp"

namespace llmload::tokenize {
namespace {

TiktokenTokenizer make_tokenizer(Vocabulary vocabulary, const Pretokenizer& pretokenizer,
                                 const std::string& file) {
  try {
    return {std::move(vocabulary), pretokenizer};
  } catch (const InputError& error) {
    throw InputError(file + ": " + error.what());
  }
}

}  // namespace

TiktokenTokenizer::TiktokenTokenizer(Vocabulary vocabulary, const Pretokenizer& pretokenizer)
    : BpeTokenizer(Bpe(std::move(vocabulary)), pretokenizer, {}) {}

std::string TiktokenTokenizer::description() const {
  return "tiktoken, " + std::to_string(size()) + " ranks, " + std::string(pretokenizer().name) +
         " pre-tokenizer";
}

const Pretokenizer* pretokenizer_of(std::size_t ranks) {
  switch (ranks) {
    case 128'000: return &llama3_pretokenizer;
    case 200'000:  // Llama 4
    case 199'998: return &o200k_pretokenizer;
    case 100'256: return &cl100k_pretokenizer;
    case 50'256: return &gpt2_pretokenizer;
    default: return nullptr;
  }
}

TiktokenTokenizer load_tiktoken(std::string_view content, const std::string& file,
                                const TokenizerOptions& options) {
  if (options.parse_special) {
    throw InputError(file +
                     ": special tokens can't be parsed: a tiktoken file does not have them; give the "
                     "model's tokenizer.json");
  }
  if (!options.pre_tokenizer.empty()) {
    const Pretokenizer& named = named_pretokenizer(options.pre_tokenizer);
    return make_tokenizer(read_tiktoken(content, file), named, file);
  }
  Vocabulary vocabulary = read_tiktoken(content, file);
  const Pretokenizer* const pretokenizer = pretokenizer_of(vocabulary.size());
  if (pretokenizer == nullptr) {
    throw InputError(
        file + ": " + std::to_string(vocabulary.size()) +
        " ranks tell no known pre-tokenizer: known are 128000 (Llama 3), 200000 (Llama 4), 199998 "
        "(o200k), 100256 (cl100k) and 50256 (r50k). Name one of " +
        pretokenizer_names());
  }
  return make_tokenizer(std::move(vocabulary), *pretokenizer, file);
}

}  // namespace llmload::tokenize
