#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "tokenize/sentencepiece/sentencepiece_bpe.hpp"
#include "tokenize/unicode/utf8.hpp"

namespace llmload::tokenize {
namespace {

using Type = SentencePieceProto::Type;
using Piece = SentencePieceProto::Piece;

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = code_point_at(text, at).size;
    if (size == 1 && static_cast<unsigned char>(text[at]) >= 0x80) return false;
    at += size;
  }
  return true;
}

/// Whether SentencePieceBpe's rules are all that the model has.
bool is_supported(const SentencePieceProto& proto) {
  const bool plain = proto.is_bpe && proto.byte_fallback && !proto.space_as_suffix &&
                     proto.character_map.empty() && !proto.remove_extra_spaces && proto.escape_spaces;
  return plain && proto.pieces.size() < most_tokens / 2 &&
         std::ranges::all_of(proto.pieces, [](const Piece& p) {
           if (p.type == Type::user_defined || p.type == Type::unused || std::isnan(p.score) ||
               p.text.size() > longest_token || !is_utf8(p.text)) {
             return false;
           }
           if (p.type == Type::normal) return !p.text.empty() && p.text.find(' ') == std::string_view::npos;
           return p.text.empty() || code_point_at(p.text, 0).size < p.text.size();  // no single character
         });
}

/// The ids of the pieces "<0x00>" to "<0xFF>"; nothing if one is missing.
std::optional<std::array<TokenId, 256>> byte_tokens(const std::vector<Piece>& pieces) {
  std::array<TokenId, 256> tokens;
  tokens.fill(no_token);
  for (TokenId id = 0; id < pieces.size(); ++id) {
    if (pieces[id].type != Type::byte) continue;
    const std::string_view text = pieces[id].text;
    unsigned byte = 0;
    if (text.size() != 6) return std::nullopt;
    std::from_chars(text.data() + 3, text.data() + 5, byte, 16);
    tokens[byte] = id;
  }
  if (std::ranges::count(tokens, no_token) != 0) return std::nullopt;
  return tokens;
}

/// A rank for each score, the highest first; equal scores have one rank.
std::vector<Rank> ranks_of(const std::vector<Piece>& pieces, std::size_t tokens) {
  std::vector<float> scores;
  scores.reserve(pieces.size());
  for (const Piece& piece : pieces) scores.push_back(piece.score);
  std::ranges::sort(scores, std::greater<>{});
  scores.erase(std::unique(scores.begin(), scores.end()), scores.end());  // clang 14 knows no ranges::unique
  std::vector<Rank> ranks(tokens, 0);
  for (std::size_t id = 0; id < pieces.size(); ++id) {
    const auto found = std::ranges::lower_bound(scores, pieces[id].score, std::greater<>{});
    ranks[id] = static_cast<Rank>(found - scores.begin());
  }
  return ranks;
}

/// Those characters of pieces that are no pieces themselves: a merge can still begin with them.
std::vector<std::string> missing_characters(const std::vector<std::string>& pieces) {
  std::unordered_set<std::string_view> known(pieces.begin(), pieces.end());
  std::vector<std::string> missing;
  for (const std::string_view piece : pieces) {
    for (std::size_t at = 0; at < piece.size();) {
      const std::size_t size = code_point_at(piece, at).size;
      const std::string_view character = piece.substr(at, size);
      if (known.insert(character).second) missing.emplace_back(character);
      at += size;
    }
  }
  return missing;
}

}  // namespace

std::optional<SentencePieceBpe> make_sentencepiece_bpe(const SentencePieceProto& proto) {
  const auto bytes = byte_tokens(proto.pieces);
  if (!bytes || !is_supported(proto)) return std::nullopt;
  std::vector<std::string> texts;
  for (const Piece& piece : proto.pieces) {
    texts.push_back(piece.type == Type::normal ? with_spaces(piece.text) : "");
  }
  const std::size_t pieces = texts.size();
  std::ranges::move(missing_characters(texts), std::back_inserter(texts));
  Vocabulary vocabulary(texts.size());
  for (TokenId id = 0; id < texts.size(); ++id) {
    if (!texts[id].empty()) vocabulary.add(id, texts[id]);
  }
  MergeTable merges(vocabulary, ranks_of(proto.pieces, texts.size()));
  return SentencePieceBpe({std::move(vocabulary), std::move(merges), pieces, *bytes});
}

}  // namespace llmload::tokenize
