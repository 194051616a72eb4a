#include "tokenize/added_tokens.hpp"

#include <algorithm>
#include <utility>

#include "tokenize/unicode/characters.hpp"

namespace llmload::tokenize {
namespace {

/// A word's character in the sense of \w, with all numbers: it only matters beside single words.
bool is_word(const Character& character) {
  return character.is(letter | number | upper_word | lower_word) || character.value == U'_';
}

bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  return (begin == 0 || !is_word(character_before(text, begin))) && !is_word(character_at(text, end));
}

std::size_t spaces_begin(std::string_view text, std::size_t begin, std::size_t least) {
  while (begin > least) {
    const Character previous = character_before(text, begin);
    if (!previous.is(space) || begin - previous.size < least) break;
    begin -= previous.size;
  }
  return begin;
}

}  // namespace

AddedPieces::AddedPieces(std::vector<AddedToken> tokens, bool parse_special)
    : tokens_(std::move(tokens)), parse_special_(parse_special) {
  std::ranges::sort(tokens_, {}, &AddedToken::id);
}

std::optional<std::string> AddedPieces::piece(TokenId id) const {
  const auto token = std::ranges::lower_bound(tokens_, id, {}, &AddedToken::id);
  if (token == tokens_.end() || token->id != id) return std::nullopt;
  return token->special && !parse_special_ ? std::string() : token->content;
}

AddedTokens::AddedTokens(const std::vector<AddedToken>& tokens, bool parse_special)
    : tokens_(tokens), parse_special_(parse_special), token_of_node_(1, nothing), begins_(256) {
  for (std::uint32_t place = 0; place < tokens_.size(); ++place) {
    const AddedToken& token = tokens_[place];
    if (parse_special || !token.special) nothing_to_find_ = false;
    std::uint32_t node = 0;
    for (const char byte : token.content) {
      const auto next = static_cast<std::uint32_t>(token_of_node_.size());
      const auto [edge, added] =
          children_.try_emplace(std::uint64_t{node} << 8U | static_cast<unsigned char>(byte), next);
      if (added) token_of_node_.push_back(nothing);
      node = edge->second;
    }
    token_of_node_[node] = place + 1;
    begins_[static_cast<unsigned char>(token.content.front())] = true;
  }
}

std::size_t AddedTokens::longest() const {
  std::size_t size = 0;
  if (empty()) return size;
  for (const AddedToken& token : tokens_) size = std::max(size, token.content.size());
  return size;
}

bool AddedTokens::look_around() const {
  return !empty() && std::ranges::any_of(tokens_, [](const AddedToken& token) {
    return token.single_word || token.strip_left || token.strip_right;
  });
}

const AddedToken* AddedTokens::longest_at(std::string_view text, std::size_t begin) const {
  const AddedToken* longest = nullptr;
  std::uint32_t node = 0;
  for (std::size_t at = begin; at < text.size(); ++at) {
    node = child_of(node, text[at]);
    if (node == nothing) break;
    if (token_of_node_[node] != nothing) longest = &tokens_[token_of_node_[node] - 1];
  }
  return longest;
}

AddedTokens::Match AddedTokens::find(std::string_view text, std::size_t from) const {
  for (std::size_t begin = from; begin < text.size(); ++begin) {
    if (!begins_[static_cast<unsigned char>(text[begin])]) continue;
    const AddedToken* const token = longest_at(text, begin);
    if (token == nullptr) continue;
    const std::size_t end = begin + token->content.size();
    if ((token->special && !parse_special_) || (token->single_word && !stands_alone(text, begin, end))) {
      begin = end - 1;  // what overlaps it is not looked for
      continue;
    }
    return {token->strip_left ? spaces_begin(text, begin, from) : begin,
            token->strip_right ? class_end(text, end, space) : end, token->id};
  }
  return {};
}

}  // namespace llmload::tokenize
