#pragma once

#include <string>
#include <string_view>

namespace llmload::text {

/// Whether all of `bytes` is valid UTF-8.
bool is_utf8(std::string_view bytes);

/// `bytes` with each byte that is no part of valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string bytes);

}  // namespace llmload::text
