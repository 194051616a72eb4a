#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "llmload/tokenizer.hpp"

namespace llmload::workload {

/// The words of lower-case ASCII letters, three or more, of which the tokenizer makes one token each, at a
/// text's beginning and behind another word; in the order of their ids, each with a space before it.
std::vector<std::string> one_token_words(const ModelTokenizer& tokenizer);

/// Texts of random words, so many that the tokenizer counts exactly the asked number of tokens: each word is
/// one token wherever it stands.
class RandomWords {
 public:
  /// Throws InputError where the vocabulary has no such words.
  explicit RandomWords(const ModelTokenizer& tokenizer);

  [[nodiscard]] std::size_t size() const { return words_.size(); }  ///< different words
  /// Word number `number`, modulo all, with a space before it.
  [[nodiscard]] std::string_view word(std::uint64_t number) const { return words_[number % words_.size()]; }
  /// Adds `tokens` words to `text`. The first is word number `first`, modulo all, so that texts of neighbours
  /// differ from it on; the others are drawn by `seed`.
  void append(std::string& text, std::uint64_t first, std::uint64_t seed, std::size_t tokens) const;

 private:
  std::vector<std::string> words_;  // each with a space before it
};

/// `seed` and all of `salt`.
std::uint64_t salted(std::uint64_t seed, std::string_view salt);

}  // namespace llmload::workload
