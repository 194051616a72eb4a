#pragma once

#include <string_view>
#include <vector>

namespace llmload::text {

/// The one of `names` that `word` was most likely meant to be: with the fewest letters to change.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& names);

}  // namespace llmload::text
