#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace llmload::text {

// How much room text takes on a terminal. Letters of alphabets have one column; what may have two is
// taken for two, so nothing is wider than it is said to be.

/// Columns of `text`, which is valid UTF-8 in one line.
std::size_t width(std::string_view text);

/// `text`, or its beginning and `mark`, in `most` columns.
std::string cut_to(std::string_view text, std::size_t most, std::string_view mark);

/// `text` in lines of `most` columns, broken at blanks where that is possible; later ones begin with `indent`
/// blanks.
std::vector<std::string> wrapped(std::string_view text, std::size_t most, std::size_t indent);

}  // namespace llmload::text
