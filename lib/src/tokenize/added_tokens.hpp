#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tokenize/vocabulary.hpp"

namespace llmload::tokenize {

/// A token that a tokenizer.json adds beside the model's own: it is found in a text before anything else is.
struct AddedToken {
  std::string content;
  TokenId id = 0;
  bool special = false;      // a mark of the conversation's, not text
  bool single_word = false;  // only where no word character is next to it
  bool strip_left = false;   // takes the spaces before it
  bool strip_right = false;  // takes the spaces after it
  bool normalized = false;   // looked for after the text's normalization, not before
};

/// The added tokens by their ids.
class AddedPieces {
 public:
  AddedPieces(std::vector<AddedToken> tokens, bool parse_special);

  /// The text that is read as this added token: none if that is not read so. nullopt if `id` is no added
  /// token.
  std::optional<std::string> piece(TokenId id) const;

 private:
  std::vector<AddedToken> tokens_;  // in the order of their ids
  bool parse_special_;
};

/// Finds added tokens in a text by the rules of Hugging Face's tokenizers: leftmost first, then longest.
class AddedTokens {
 public:
  /// With `parse_special` false, a special token's text is found and left as it is: plain text.
  AddedTokens(const std::vector<AddedToken>& tokens, bool parse_special);

  /// Whether no text has any of them.
  bool empty() const { return nothing_to_find_; }

  /// The size of the longest, in bytes; 0 if there are none to find.
  std::size_t longest() const;

  /// Whether a token is found by what is beside it: whether words or spaces are.
  bool look_around() const;

  struct Match {
    std::size_t begin = 0;
    std::size_t end = 0;
    TokenId id = no_token;
  };

  /// The first match that begins at or after `from`, where the match before it ended; id no_token if none.
  Match find(std::string_view text, std::size_t from) const;

 private:
  static constexpr std::uint32_t nothing = 0;  // the root is nobody's child

  /// The longest token that begins at `begin`, or nullptr.
  const AddedToken* longest_at(std::string_view text, std::size_t begin) const;

  std::uint32_t child_of(std::uint32_t node, char byte) const {
    const auto found = children_.find(std::uint64_t{node} << 8U | static_cast<unsigned char>(byte));
    return found == children_.end() ? nothing : found->second;
  }

  std::vector<AddedToken> tokens_;
  bool parse_special_;
  bool nothing_to_find_ = true;
  // A trie of their bytes; nodes are numbers, and the root is 0.
  std::unordered_map<std::uint64_t, std::uint32_t> children_;
  std::vector<std::uint32_t> token_of_node_;  // 1 + its place in tokens_, or nothing
  std::vector<bool> begins_;                  // by a text's byte: whether a token begins with it
};

/// Calls `take_text` for what lies between the added tokens, and `take_token` for each of them.
template <typename TakeText, typename TakeToken>
void split(const AddedTokens& added, std::string_view text, TakeText take_text, TakeToken take_token) {
  std::size_t begin = 0;
  if (!added.empty()) {
    for (auto match = added.find(text, 0); match.id != no_token; match = added.find(text, begin)) {
      if (match.begin > begin) take_text(text.substr(begin, match.begin - begin));
      take_token(match.id);
      begin = match.end;
    }
  }
  if (begin < text.size()) take_text(text.substr(begin));
}

}  // namespace llmload::tokenize
