#include "tokenize/sentencepiece/sentencepiece_bpe.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "tokenize/bytelevel/merge.hpp"
#include "tokenize/unicode/utf8.hpp"

namespace llmload::tokenize {
namespace {

constexpr std::string_view mark = "\u2581";

}  // namespace

std::string with_spaces(std::string_view piece) {
  std::string spaced;
  for (std::size_t at = 0; at < piece.size();) {
    const bool is_mark = piece.substr(at).starts_with(mark);
    spaced += is_mark ? ' ' : piece[at];
    at += is_mark ? mark.size() : 1;
  }
  return spaced;
}

SentencePieceBpe::SentencePieceBpe(Model model) : model_(std::move(model)) {
  for (std::size_t value = 0; value < token_of_ascii_.size(); ++value) {
    const char character = static_cast<char>(value);
    token_of_ascii_[value] = model_.vocabulary.find({&character, 1});
  }
  learn_from_pieces();
  hide_what_merges_do_not_make();
}

void SentencePieceBpe::append(std::string_view normalized, std::vector<TokenId>& ids) const {
  encode(normalized, [&](TokenId id) { ids.push_back(id); });
}

std::size_t SentencePieceBpe::count(std::string_view normalized) const {
  std::size_t count = 0;
  encode(normalized, [&](TokenId) { ++count; });
  return count;
}

std::string SentencePieceBpe::piece(TokenId id) const {
  const auto byte = std::ranges::find(model_.bytes, id);
  if (byte != model_.bytes.end()) return {static_cast<char>(byte - model_.bytes.begin())};
  return std::string(model_.vocabulary.bytes(id));
}

std::size_t SentencePieceBpe::cut(std::string_view text) const {
  if (!cut_into_words_) return 0;
  std::size_t space = text.rfind(' ');
  while (space != std::string_view::npos && space != 0) {
    const std::string_view before = text.substr(0, space);
    if (!before.ends_with(' ') && !before.ends_with(mark)) return space;
    space = text.rfind(' ', space - 1);
  }
  return 0;
}

template <typename Take>
void SentencePieceBpe::encode(std::string_view normalized, Take take) const {
  for (std::size_t begin = 0; begin < normalized.size();) {
    const std::size_t end = word_end(normalized, begin);
    encode_word(normalized.substr(begin, end - begin), take);
    begin = end;
  }
}

template <typename Take>
void SentencePieceBpe::encode_word(std::string_view word, Take take) const {
  if (const TokenId whole = model_.vocabulary.find(word); whole < model_.pieces) {
    take(whole);
    return;
  }
  std::array<TokenId, most_scanned_parts> storage;
  std::vector<TokenId> long_storage;
  if (word.size() > storage.size()) long_storage.resize(word.size());
  TokenId* const parts = long_storage.empty() ? storage.data() : long_storage.data();
  std::size_t begin = 0;  // of the characters in `parts`
  std::size_t count = 0;
  const auto take_parts = [&](std::size_t end) {
    if (count != 0) encode_part(word.substr(begin, end - begin), {parts, count}, take);
    begin = end;
    count = 0;
  };
  unsigned char previous = 0x80;
  for (std::size_t at = 0; at < word.size();) {
    const auto byte = static_cast<unsigned char>(word[at]);
    const bool ascii = byte < 0x80;
    const std::size_t size = ascii ? 1 : code_point_at(word, at).size;
    const TokenId token = ascii ? token_of_ascii_[byte] : model_.vocabulary.find(word.substr(at, size));
    if (token == no_token) {  // nothing merges across a character that no piece has
      take_parts(at);
      take_bytes(word.substr(at, size), take);
      begin = at + size;
    } else {
      if (ascii && previous < 0x80 && !side_by_side_[previous][byte]) take_parts(at);
      parts[count++] = token;
    }
    previous = byte;
    at += size;
  }
  take_parts(word.size());
}

template <typename Take>
void SentencePieceBpe::encode_part(std::string_view text, std::span<TokenId> parts, Take take) const {
  if (const TokenId whole = parts.size() == 1 ? parts.front() : model_.vocabulary.find(text);
      whole != no_token) {
    take_token(whole, take);
    return;
  }
  std::array<Rank, most_scanned_parts> storage;
  std::vector<Rank> long_storage;
  if (parts.size() > storage.size()) long_storage.resize(parts.size());
  const std::span<Rank> ranks = long_storage.empty() ? std::span<Rank>(storage) : long_storage;
  find_ranks(model_.merges, parts, ranks);
  for (const TokenId token : parts.first(merge_parts(model_.merges, parts, ranks))) take_token(token, take);
}

template <typename Take>
void SentencePieceBpe::take_token(TokenId token, Take take) const {
  if (token < model_.pieces) {
    take(token);
  } else {
    take_bytes(model_.vocabulary.bytes(token), take);
  }
}

template <typename Take>
void SentencePieceBpe::take_bytes(std::string_view characters, Take take) const {
  if (characters == " ") characters = mark;
  for (const char byte : characters) take(model_.bytes[static_cast<unsigned char>(byte)]);
}

TokenId SentencePieceBpe::token_of_character(std::string_view character) const {
  return character.size() == 1 ? token_of_ascii_[static_cast<unsigned char>(character.front())]
                               : model_.vocabulary.find(character);
}

std::size_t SentencePieceBpe::word_end(std::string_view text, std::size_t begin) const {
  if (!cut_into_words_) return text.size();
  const std::size_t word = text.find_first_not_of(' ', begin);
  return word == std::string_view::npos ? text.size() : std::min(text.find(' ', word), text.size());
}

void SentencePieceBpe::learn_from_pieces() {
  for (TokenId id = 0; id < model_.vocabulary.size(); ++id) {
    const std::string_view piece = model_.vocabulary.bytes(id);
    for (std::size_t at = 1; at < piece.size(); ++at) {
      const auto before = static_cast<unsigned char>(piece[at - 1]);
      const auto after = static_cast<unsigned char>(piece[at]);
      if (before != ' ' && after == ' ') cut_into_words_ = false;
      if (before < 0x80 && after < 0x80) side_by_side_[before].set(after);
    }
  }
}

void SentencePieceBpe::hide_what_merges_do_not_make() {
  std::vector<TokenId> parts;
  std::vector<Rank> ranks;
  for (TokenId id = 0; id < model_.pieces; ++id) {
    const std::string_view piece = model_.vocabulary.bytes(id);
    parts.clear();
    for (std::size_t at = 0; at < piece.size();) {
      const std::size_t size = code_point_at(piece, at).size;
      parts.push_back(token_of_character(piece.substr(at, size)));
      at += size;
    }
    if (parts.size() < 2) continue;  // no piece, or a character
    ranks.resize(parts.size());
    find_ranks(model_.merges, parts, ranks);
    parts.resize(merge_parts(model_.merges, parts, ranks));
    if (parts.size() != 1 || parts.front() != id) model_.vocabulary.hide(id);
  }
}

std::string sentencepiece_text(std::string_view text, bool dummy_prefix) {
  std::string normalized;
  normalized.reserve(text.size() + 1);
  if (dummy_prefix && !text.empty()) normalized = " ";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t plain = at;
    while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
    normalized.append(text, plain, at - plain);
    if (at == text.size()) break;
    const CodePoint next = code_point_at(text, at);
    if (next.size == 1) {
      normalized += "\uFFFD";
    } else if (next.value == U'\u2581') {
      normalized += ' ';
    } else {
      normalized.append(text, at, next.size);
    }
    at += next.size;
  }
  return normalized;
}

}  // namespace llmload::tokenize
