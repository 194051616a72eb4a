#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace llmload::text {

/// The one of `names` that `word` was most likely meant to be: one that begins with
/// it, or else that with the fewest letters to change.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& names);

/// `"a", "b" ...`: names in quotes, as many as have room in a line for people.
std::string quoted_names(const std::vector<std::string>& names);

/// The problem of a column `name` of a file that is said to stand for `meaning`, which is none of `meanings`.
std::string no_meaning(const std::string& name, const std::string& meaning,
                       const std::vector<std::string_view>& meanings);

}  // namespace llmload::text
