#include "tokenize/tiktoken_tokenizer.hpp"

#include <utility>

#include "llmload/error.hpp"
#include "tokenize/tiktoken_file.hpp"

namespace llmload::tokenize {

TiktokenTokenizer::TiktokenTokenizer(Vocabulary vocabulary, const Pretokenizer& pretokenizer)
    : bpe_(std::move(vocabulary)), pretokenizer_(pretokenizer) {}

template <typename Take>
void TiktokenTokenizer::for_each_piece(std::string_view text, Take take) const {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = pretokenizer_.piece_end(text, begin);
    take(text.substr(begin, end - begin));
    begin = end;
  }
}

std::size_t TiktokenTokenizer::count(std::string_view text) const {
  std::size_t count = 0;
  for_each_piece(text, [&](std::string_view piece) { count += bpe_.count(piece); });
  return count;
}

std::vector<std::uint32_t> TiktokenTokenizer::encode(std::string_view text) const {
  std::vector<TokenId> ids;
  ids.reserve(text.size() / 3 + 8);  // prose has about 4 bytes a token
  for_each_piece(text, [&](std::string_view piece) { bpe_.append(piece, ids); });
  return ids;
}

std::string TiktokenTokenizer::piece(std::uint32_t id) const {
  return std::string(bpe_.vocabulary().bytes(id));
}

std::size_t TiktokenTokenizer::size() const { return bpe_.vocabulary().size(); }

std::string TiktokenTokenizer::description() const {
  return "tiktoken, " + std::to_string(size()) + " ranks, " + std::string(pretokenizer_.name) +
         " pre-tokenizer";
}

const Pretokenizer* pretokenizer_of(std::size_t ranks) {
  switch (ranks) {
    case 128'000: return &llama3_pretokenizer;
    case 100'256: return &cl100k_pretokenizer;
    default: return nullptr;
  }
}

TiktokenTokenizer load_tiktoken(std::string_view content, const std::string& file) {
  Vocabulary vocabulary = read_tiktoken(content, file);
  const Pretokenizer* const pretokenizer = pretokenizer_of(vocabulary.size());
  if (pretokenizer == nullptr) {
    throw InputError(file + ": " + std::to_string(vocabulary.size()) +
                     " ranks tell no known pre-tokenizer: known are 128000 (Llama 3) and 100256 (cl100k)");
  }
  return {std::move(vocabulary), *pretokenizer};
}

}  // namespace llmload::tokenize
