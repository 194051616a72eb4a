#include "tokenize/bytelevel/bpe_tokenizer.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "tokenize/unicode/nfc.hpp"

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

template <typename TakePart, typename TakeToken>
void BpeTokenizer::walk(std::string_view text, TakePart take_part, TakeToken take_token) const {
  const auto take_text = [&](std::string_view part) {
    if (nfc_ && !is_nfc(part)) {
      split(added_to_normalized_, to_nfc(part), take_part, take_token);
    } else {
      split(added_to_normalized_, part, take_part, take_token);
    }
  };
  split(added_to_text_, text, take_text, take_token);
}

template <typename TakePiece>
void BpeTokenizer::look_up_pieces(std::string_view part, TakePiece take_piece) const {
  std::array<Vocabulary::LookUp, 16> begun;
  for (std::size_t begin = 0; begin < part.size();) {
    std::size_t count = 0;
    while (count < begun.size() && begin < part.size()) {
      const std::size_t end = pretokenizer_.piece_end(part, begin);
      begun[count++] = bpe_.vocabulary().begin_find(part.substr(begin, end - begin));
      begin = end;
    }
    for (const Vocabulary::LookUp& piece : std::span(begun).first(count)) take_piece(piece);
  }
}

std::size_t BpeTokenizer::count(std::string_view text) const {
  std::size_t count = 0;
  const auto take_part = [&](std::string_view part) {
    look_up_pieces(part, [&](const Vocabulary::LookUp& piece) { count += bpe_.count(piece); });
  };
  walk(text, take_part, [&](TokenId) { ++count; });
  return count;
}

std::vector<std::uint32_t> BpeTokenizer::encode(std::string_view text) const {
  std::vector<TokenId> ids;
  ids.reserve(text.size() / 3 + 8);  // prose has about 4 bytes a token
  const auto take_part = [&](std::string_view part) {
    look_up_pieces(part, [&](const Vocabulary::LookUp& piece) { bpe_.append(piece, ids); });
  };
  walk(text, take_part, [&](TokenId id) { ids.push_back(id); });
  return ids;
}

template <typename TakeEnd>
void BpeTokenizer::for_each_settled_end(std::string_view normalized, TakeEnd take_end) const {
  const std::size_t margin = std::max(added_to_text_.longest(), added_to_normalized_.longest());
  const auto take_part = [&](std::string_view part) {
    const auto offset = static_cast<std::size_t>(part.data() - normalized.data());
    for (std::size_t end = 0; end < part.size();) {
      end = pretokenizer_.piece_end(part, end);
      if (is_settled(normalized, offset + end, margin)) take_end(offset + end);
    }
  };
  walk(normalized, take_part, [](TokenId) {});
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
