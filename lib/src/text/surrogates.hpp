#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace llmload::text {

// A character beyond U+FFFF is two halves in JSON's escapes (\ud83c\udf0a). A half without its other one is
// no character; until the other comes it is kept as three bytes, the form that UTF-8 would have for it.

/// A copy of a JSON text in which each escaped half without its other one is these three bytes.
std::string with_raw_halves(std::string_view json);

/// Makes one character of each pair of halves of which the second ends behind `from`.
void join_halves(std::string& text, std::size_t from);

/// Makes U+FFFD of each half that is left. The size stays.
void replace_halves(std::string& text);

}  // namespace llmload::text
