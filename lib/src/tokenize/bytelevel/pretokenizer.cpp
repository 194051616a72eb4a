#include "tokenize/bytelevel/pretokenizer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "llmload/error.hpp"
#include "tokenize/unicode/characters.hpp"

namespace llmload::tokenize {
namespace {

constexpr std::array<const Pretokenizer*, 6> all = {&llama3_pretokenizer, &cl100k_pretokenizer,
                                                    &o200k_pretokenizer,  &qwen2_pretokenizer,
                                                    &tekken_pretokenizer, &gpt2_pretokenizer};

template <typename Predicate>
const Pretokenizer* first_that(Predicate is_wanted) {
  const auto* const found = std::ranges::find_if(all, is_wanted);
  return found == all.end() ? nullptr : *found;
}

}  // namespace

bool is_settled(std::string_view text, std::size_t end, std::size_t margin) {
  constexpr std::uint8_t spaces = space;
  constexpr std::uint8_t word = letter | upper_word | lower_word;
  // Two characters: the one that ends the run, and the last one, which may not be whole, or get a mark.
  constexpr std::size_t looked_at = 8;
  if (character_before(text, end).is(space)) return false;
  const bool at_space = character_at(text, end).is(space);
  return class_end(text, end, at_space ? spaces : word) + looked_at + margin <= text.size();
}

const Pretokenizer& named_pretokenizer(std::string_view name) {
  const Pretokenizer* const named =
      first_that([name](const auto* candidate) { return candidate->name == name; });
  if (named == nullptr) {
    throw InputError("no pre-tokenizer is named \"" + std::string(name) + "\": there are " +
                     pretokenizer_names());
  }
  return *named;
}

const Pretokenizer* pretokenizer_of_regex(std::string_view regex) {
  return first_that([regex](const Pretokenizer* candidate) { return candidate->regex == regex; });
}

std::string pretokenizer_names() {
  std::string names;
  for (const Pretokenizer* pretokenizer : all) {
    names += (names.empty() ? "" : ", ") + std::string(pretokenizer->name);
  }
  return names;
}

}  // namespace llmload::tokenize
