#pragma once

#include <llmload/export.hpp>
#include <string>
#include <string_view>

namespace llmload {

// Text of files and servers, and errors that quote it, for people's eyes. A terminal obeys some characters
// rather than showing them.

/// `text` in one line: control characters, line ends and marks that turn the direction of text are one space
/// each run, bytes that are no UTF-8 are U+FFFD.
[[nodiscard]] LLMLOAD_EXPORT std::string printable(std::string_view text);

/// As printable(), for the cell of a table: what a spreadsheet would take for a formula, also behind blanks
/// or quotes, has a ' before it. A number stays as it is.
[[nodiscard]] LLMLOAD_EXPORT std::string printable_cell(std::string_view text);

/// As printable_cell(), for a markdown table: a | is a /, since it would end the cell.
[[nodiscard]] LLMLOAD_EXPORT std::string markdown_cell(std::string_view text);

}  // namespace llmload
