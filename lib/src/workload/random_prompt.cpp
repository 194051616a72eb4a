#include "workload/random_prompt.hpp"

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "llmload/error.hpp"

namespace llmload::workload {
namespace {

constexpr int draws_for_the_last_word = 1000;

bool is_word(const std::string& piece) {
  return piece.size() > 2 && std::ranges::all_of(piece, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

std::string random_prompt(const ModelTokenizer& tokenizer, std::size_t tokens, std::uint64_t seed) {
  std::vector<std::string> words;
  for (std::uint32_t id = 0; id < tokenizer.size(); ++id) {
    if (std::string piece = tokenizer.piece(id); is_word(piece)) words.push_back(std::move(piece));
  }
  if (words.empty())
    throw InputError("the tokenizer's vocabulary has no ASCII word to make a random prompt of");
  std::mt19937_64 random(seed);  // its sequence is fixed by the standard; distributions are not
  std::string prompt, nearest;
  std::size_t nearest_count = std::numeric_limits<std::size_t>::max();
  std::size_t have = 0;
  for (int misses = 0; misses < draws_for_the_last_word;) {
    // Many words at once while there is far to go: counting from the start for each would be quadratic.
    const std::size_t words_at_once = std::max<std::size_t>(1, misses == 0 ? (tokens - have) / 8 : 0);
    std::string longer = prompt;
    for (std::size_t i = 0; i < words_at_once; ++i) longer += words[random() % words.size()] + ' ';
    const std::size_t count = tokenizer.count(longer);
    if (count == tokens) return longer;
    if (count < tokens) {
      prompt = longer;
      have = count;
      continue;
    }
    ++misses;
    if (count < nearest_count) {
      nearest_count = count;
      nearest = longer;
    }
  }
  return nearest;
}

}  // namespace llmload::workload
