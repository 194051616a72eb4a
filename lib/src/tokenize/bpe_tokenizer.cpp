#include "tokenize/bpe_tokenizer.hpp"

#include <algorithm>
#include <utility>

#include "tokenize/nfc.hpp"

namespace llmload::tokenize {
namespace {

std::vector<AddedToken> those_found(const BpeTokenizer::Rules& rules, bool in_normalized_text) {
  std::vector<AddedToken> found;
  for (AddedToken token : rules.added) {
    if (token.normalized != in_normalized_text) continue;
    if (in_normalized_text && rules.nfc) token.content = to_nfc(token.content);
    found.push_back(std::move(token));
  }
  return found;
}

}  // namespace

BpeTokenizer::BpeTokenizer(Bpe bpe, const Pretokenizer& pretokenizer, const Rules& rules)
    : bpe_(std::move(bpe)),
      pretokenizer_(pretokenizer),
      nfc_(rules.nfc),
      added_to_text_(those_found(rules, false), rules.parse_special),
      added_to_normalized_(those_found(rules, true), rules.parse_special),
      added_(rules.added, rules.parse_special) {}

template <typename TakePiece, typename TakeToken>
void BpeTokenizer::walk(std::string_view text, TakePiece take_piece, TakeToken take_token) const {
  const auto take_normalized = [&](std::string_view part) {
    for (std::size_t begin = 0; begin < part.size();) {
      const std::size_t end = pretokenizer_.piece_end(part, begin);
      take_piece(part.substr(begin, end - begin));
      begin = end;
    }
  };
  const auto take_text = [&](std::string_view part) {
    if (nfc_ && !is_nfc(part)) {
      split(added_to_normalized_, to_nfc(part), take_normalized, take_token);
    } else {
      split(added_to_normalized_, part, take_normalized, take_token);
    }
  };
  split(added_to_text_, text, take_text, take_token);
}

std::size_t BpeTokenizer::count(std::string_view text) const {
  std::size_t count = 0;
  walk(
      text, [&](std::string_view piece) { count += bpe_.count(piece); }, [&](TokenId) { ++count; });
  return count;
}

std::vector<std::uint32_t> BpeTokenizer::encode(std::string_view text) const {
  std::vector<TokenId> ids;
  ids.reserve(text.size() / 3 + 8);  // prose has about 4 bytes a token
  walk(
      text, [&](std::string_view piece) { bpe_.append(piece, ids); }, [&](TokenId id) { ids.push_back(id); });
  return ids;
}

template <typename TakeEnd>
void BpeTokenizer::for_each_settled_end(std::string_view normalized, TakeEnd take_end) const {
  const std::size_t margin = std::max(added_to_text_.longest(), added_to_normalized_.longest());
  const auto take_piece = [&](std::string_view piece) {
    const auto end = static_cast<std::size_t>(piece.data() + piece.size() - normalized.data());
    if (is_settled(normalized, end, margin)) take_end(end);
  };
  walk(normalized, take_piece, [](TokenId) {});
}

std::size_t BpeTokenizer::cut(std::string_view text) const {
  if (added_to_text_.look_around() || added_to_normalized_.look_around()) return 0;
  std::size_t cut = 0;
  if (!nfc_ || is_nfc(text)) {
    for_each_settled_end(text, [&](std::size_t end) { cut = end; });
    return cut;
  }
  // The ends are in the normalized text: those count that are before a character that stays as it is.
  const NormalizedParts parts = nfc_parts(text);
  for_each_settled_end(parts.text, [&](std::size_t end) {
    const auto found = std::ranges::lower_bound(parts.ends, end, {}, &NormalizedParts::End::normalized);
    if (found != parts.ends.end() && found->normalized == end) cut = found->original;
  });
  return cut;
}

std::string BpeTokenizer::piece(std::uint32_t id) const {
  if (auto added = added_.piece(id)) return *std::move(added);
  return std::string(bpe_.vocabulary().bytes(id));
}

std::size_t BpeTokenizer::size() const { return bpe_.vocabulary().size(); }

std::string BpeTokenizer::description() const {
  return "tokenizer.json, " + std::to_string(size()) + " ids, " + std::string(pretokenizer_.name) +
         " pre-tokenizer";
}

}  // namespace llmload::tokenize
