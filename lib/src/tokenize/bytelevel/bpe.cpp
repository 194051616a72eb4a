#include "tokenize/bytelevel/bpe.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "tokenize/bytelevel/merge.hpp"

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

std::vector<Rank> byte_ranks(const MergeTable& merges, const std::array<TokenId, 256>& token_of_byte) {
  std::vector<Rank> ranks;
  ranks.reserve(token_of_byte.size() * token_of_byte.size());
  for (const TokenId left : token_of_byte) {
    for (const TokenId right : token_of_byte) ranks.push_back(merges.find(left, right));
  }
  return ranks;
}

}  // namespace

Bpe::Bpe(Vocabulary vocabulary)
    : vocabulary_(std::move(vocabulary)),
      merges_(vocabulary_),
      token_of_byte_(byte_tokens(vocabulary_)),
      rank_of_bytes_(byte_ranks(merges_, token_of_byte_)) {}

Bpe::Bpe(Vocabulary vocabulary, MergeTable merges, bool whole_pieces)
    : vocabulary_(std::move(vocabulary)),
      merges_(std::move(merges)),
      token_of_byte_(byte_tokens(vocabulary_)),
      rank_of_bytes_(byte_ranks(merges_, token_of_byte_)) {
  if (!whole_pieces) hide_what_merges_do_not_make();
}

template <typename Take>
void Bpe::merge(std::string_view piece, Take take) const {
  const auto merge_in = [&](std::span<TokenId> parts, std::span<Rank> ranks) {
    std::size_t previous = 0;
    for (std::size_t i = 0; i < piece.size(); ++i) {
      const std::size_t byte = static_cast<unsigned char>(piece[i]);
      parts[i] = token_of_byte_[byte];
      if (i != 0) ranks[i - 1] = rank_of_bytes_[previous * token_of_byte_.size() + byte];
      previous = byte;
    }
    take(parts.first(merge_parts(merges_, parts, ranks)));
  };
  if (piece.size() <= most_scanned_parts) {
    std::array<TokenId, most_scanned_parts> parts;
    std::array<Rank, most_scanned_parts> ranks;
    merge_in(std::span(parts).first(piece.size()), ranks);
  } else {
    std::vector<TokenId> parts(piece.size());
    std::vector<Rank> ranks(piece.size());
    merge_in(parts, ranks);
  }
}

void Bpe::append(const Vocabulary::LookUp& piece, std::vector<TokenId>& ids) const {
  if (const TokenId whole = vocabulary_.end_find(piece); whole != no_token) {
    ids.push_back(whole);
  } else {
    merge(piece.bytes,
          [&](std::span<const TokenId> parts) { ids.insert(ids.end(), parts.begin(), parts.end()); });
  }
}

std::size_t Bpe::count(const Vocabulary::LookUp& piece) const {
  if (vocabulary_.end_find(piece) != no_token) return 1;
  std::size_t count = 0;
  merge(piece.bytes, [&](std::span<const TokenId> parts) { count = parts.size(); });
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
