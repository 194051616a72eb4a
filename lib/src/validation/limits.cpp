#include "validation/limits.hpp"

#include "text/number.hpp"

namespace llmload::validation {

std::string to_words(const WholeNumbers& range) {
  return "a whole number from " + std::to_string(range.least) + " to " + std::to_string(range.most);
}

std::string to_words(const Numbers& range) {
  return "a number from " + text::shortest(range.least) + " to " + text::shortest(range.most);
}

}  // namespace llmload::validation
