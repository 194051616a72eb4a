#include "workload/random_words.hpp"

#include <algorithm>
#include <unordered_set>

#include "llmload/error.hpp"
#include "workload/random.hpp"

namespace llmload::workload {
namespace {

/// Without its space; empty where it is no word.
std::string_view word_of(std::string_view piece) {
  if (piece.starts_with(' ')) piece.remove_prefix(1);
  const bool letters = std::ranges::all_of(piece, [](char c) { return c >= 'a' && c <= 'z'; });
  return letters && piece.size() > 2 ? piece : std::string_view();
}

std::vector<std::string> required_words(const ModelTokenizer& tokenizer) {
  std::vector<std::string> words = one_token_words(tokenizer);
  std::string all;
  for (const std::string& word : words) all += word;
  // Two: where there is one, no prompt differs from the one before it.
  if (words.size() < 2 || tokenizer.count(all.substr(1)) != words.size()) {
    throw InputError(
        "the tokenizer's vocabulary has no words that are one token each wherever they stand: random prompts "
        "of an exact length can't be made of it");
  }
  return words;
}

}  // namespace

std::vector<std::string> one_token_words(const ModelTokenizer& tokenizer) {
  std::vector<std::string> words;
  std::unordered_set<std::string> seen;
  std::string first;
  for (std::uint32_t id = 0; id < tokenizer.size(); ++id) {
    const std::string piece = tokenizer.piece(id);
    const std::string word(word_of(piece));
    if (word.empty() || !seen.insert(word).second || tokenizer.count(word) != 1) continue;
    if (first.empty()) first = word;
    std::string separated = ' ' + word;
    if (tokenizer.count(first + separated) == 2) words.push_back(std::move(separated));
  }
  return words;
}

RandomWords::RandomWords(const ModelTokenizer& tokenizer) : words_(required_words(tokenizer)) {}

void RandomWords::append(std::string& text, std::uint64_t first, std::uint64_t seed,
                         std::size_t tokens) const {
  if (tokens == 0) return;
  Random random(seed);
  text.reserve(text.size() + tokens * 8);
  text += word(first).substr(text.empty() ? 1 : 0);
  for (std::size_t i = 1; i < tokens; ++i) text += word(random.next());
}

std::uint64_t salted(std::uint64_t seed, std::string_view salt) {
  for (const char c : salt) seed = mixed(seed, static_cast<unsigned char>(c));
  return seed;
}

}  // namespace llmload::workload
