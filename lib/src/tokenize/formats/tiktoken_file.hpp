#pragma once

#include <string>
#include <string_view>

#include "tokenize/vocabulary.hpp"

namespace llmload::tokenize {

/// Reads the tiktoken format: lines of `base64-of-bytes rank`, with the ranks 0 to N-1 in any order.
/// `file` is the name in errors. Throws InputError, with the line, for content that is not such a vocabulary,
/// or that has no token for some single byte.
Vocabulary read_tiktoken(std::string_view content, const std::string& file);

}  // namespace llmload::tokenize
