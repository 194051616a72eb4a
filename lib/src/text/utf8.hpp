#pragma once

#include <string>

namespace llmload::text {

/// `bytes` with each byte that is no part of valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string bytes);

}  // namespace llmload::text
