#include "tokenize/pretokenizer.hpp"

#include <algorithm>
#include <array>

#include "llmload/error.hpp"

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
