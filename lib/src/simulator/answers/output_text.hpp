#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "llmload/tokenizer.hpp"

namespace llmload::simulator {

/// An answer's text, cut into its tokens.
struct Output {
  std::string text;               ///< as it stands between the quotes of a JSON string
  std::vector<std::size_t> ends;  ///< of each token, in bytes of `text`
  /// `count` tokens, at least 1, from the one with index `first`.
  [[nodiscard]] std::string_view tokens(std::size_t first, std::size_t count) const {
    const std::size_t begin = first == 0 ? 0 : ends[first - 1];
    return std::string_view(text).substr(begin, ends[first + count - 1] - begin);
  }
  /// Its first `count` tokens, at least 1.
  [[nodiscard]] Output first(std::size_t count) const;
};

/// How long a prompt is, and how much of it the prefix cache had; empty: there is none, or it was not asked.
struct PromptTokens {
  std::size_t all = 0;
  std::optional<std::size_t> cached = {};
};

/// The simulated model's answers: the first n tokens of a text that we carry, over and over. Each has exactly
/// n tokens by the tokenizer that was given; without one a token is a word. Used by one thread.
class OutputText {
 public:
  explicit OutputText(std::shared_ptr<const ModelTokenizer> tokenizer) : tokenizer_(std::move(tokenizer)) {}

  std::shared_ptr<const Output> first(std::size_t tokens);
  /// Another text than ours, in UTF-8, in its tokens by the same measure; an empty one is one token. A token
  /// that ends within a character has none of that character.
  [[nodiscard]] std::shared_ptr<const Output> of(std::string_view text) const;
  /// Where each token of a prompt ends, in bytes, by the same measure; and how many there are.
  [[nodiscard]] std::vector<std::size_t> ends(std::string_view text) const;
  [[nodiscard]] std::size_t count(std::string_view text) const;

 private:
  [[nodiscard]] Output by_words(std::size_t tokens) const;
  [[nodiscard]] Output by_tokenizer(std::size_t tokens) const;

  std::shared_ptr<const ModelTokenizer> tokenizer_;
  std::map<std::size_t, std::shared_ptr<const Output>> known_;  // most runs ask for one length
};

}  // namespace llmload::simulator
