#include "tokenize/bpe.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "tokenize/merge.hpp"

namespace llmload::tokenize {

namespace {

std::array<TokenId, 256> byte_tokens(const Vocabulary& vocabulary) {
  std::array<TokenId, 256> tokens;
  for (std::size_t value = 0; value < tokens.size(); ++value) {
    const char byte = static_cast<char>(value);
    tokens[value] = vocabulary.find({&byte, 1});
  }
  return tokens;
}

}  // namespace

Bpe::Bpe(Vocabulary vocabulary)
    : vocabulary_(std::move(vocabulary)), merges_(vocabulary_), token_of_byte_(byte_tokens(vocabulary_)) {}

Bpe::Bpe(Vocabulary vocabulary, MergeTable merges, bool whole_pieces)
    : vocabulary_(std::move(vocabulary)),
      merges_(std::move(merges)),
      token_of_byte_(byte_tokens(vocabulary_)) {
  if (!whole_pieces) hide_what_merges_do_not_make();
}

template <typename Take>
void Bpe::merge(std::string_view piece, Take take) const {
  const auto fill = [&](std::span<TokenId> parts) {
    std::ranges::transform(piece, parts.begin(),
                           [&](char byte) { return token_of_byte_[static_cast<unsigned char>(byte)]; });
  };
  if (piece.size() <= most_scanned_parts) {
    std::array<TokenId, most_scanned_parts> storage;
    const std::span<TokenId> parts = std::span(storage).first(piece.size());
    fill(parts);
    take(parts.first(merge_parts(merges_, parts)));
  } else {
    std::vector<TokenId> parts(piece.size());
    fill(parts);
    take(std::span<TokenId>(parts).first(merge_parts(merges_, parts)));
  }
}

void Bpe::append(std::string_view piece, std::vector<TokenId>& ids) const {
  if (const TokenId whole = vocabulary_.find(piece); whole != no_token) {
    ids.push_back(whole);
  } else {
    merge(piece, [&](std::span<const TokenId> parts) { ids.insert(ids.end(), parts.begin(), parts.end()); });
  }
}

std::size_t Bpe::count(std::string_view piece) const {
  if (vocabulary_.find(piece) != no_token) return 1;
  std::size_t count = 0;
  merge(piece, [&](std::span<const TokenId> parts) { count = parts.size(); });
  return count;
}

void Bpe::hide_what_merges_do_not_make() {
  for (TokenId id = 0; id < vocabulary_.size(); ++id) {
    const std::string_view bytes = vocabulary_.bytes(id);
    if (bytes.empty()) continue;
    merge(bytes, [&](std::span<const TokenId> parts) {
      if (parts.size() != 1 || parts.front() != id) vocabulary_.hide(id);
    });
  }
}

}  // namespace llmload::tokenize
