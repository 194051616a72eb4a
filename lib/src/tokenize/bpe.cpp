#include "tokenize/bpe.hpp"

#include <span>
#include <utility>

#include "tokenize/merge.hpp"

namespace llmload::tokenize {

Bpe::Bpe(Vocabulary vocabulary) : vocabulary_(std::move(vocabulary)), merges_(vocabulary_) {
  for (std::size_t value = 0; value < token_of_byte_.size(); ++value) {
    const char byte = static_cast<char>(value);
    token_of_byte_[value] = vocabulary_.find({&byte, 1});
  }
}

void Bpe::append(std::string_view piece, std::vector<TokenId>& ids) const {
  if (const TokenId whole = vocabulary_.find(piece); whole != no_token) {
    ids.push_back(whole);
    return;
  }
  const std::size_t begin = ids.size();
  for (const char byte : piece) ids.push_back(token_of_byte_[static_cast<unsigned char>(byte)]);
  const std::span<TokenId> parts = std::span(ids).subspan(begin);
  const std::size_t left =
      parts.size() <= most_scanned_parts ? merge_by_scan(merges_, parts) : merge_by_heap(merges_, parts);
  ids.resize(begin + left);
}

}  // namespace llmload::tokenize
