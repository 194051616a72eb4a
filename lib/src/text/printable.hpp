#pragma once

#include <cstddef>
#include <string_view>

namespace llmload::text {

/// Bytes of a character at the front of `text`, which is not empty, that a terminal obeys rather than shows,
/// or that turns the direction of the text behind it; 0 if it is none.
std::size_t control_size(std::string_view text);

}  // namespace llmload::text
