#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace llmload::cli {

/// The value of the "text" member of one line of JSON. Invalid UTF-8 inside strings passes as it is.
/// Throws InputError naming `file` and `line_number` if `line` is no JSON object with such a string.
std::string jsonl_text(std::string_view line, std::size_t line_number, const std::string& file);

}  // namespace llmload::cli
