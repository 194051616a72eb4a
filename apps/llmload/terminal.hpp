#pragma once

#include <llmload/report.hpp>
#include <string_view>

namespace llmload::cli {

/// A line on standard error, broken at words where that is a terminal: made printable, since it may quote a
/// file or a server.
void tell(std::string_view line);

/// Whether `fd` is a terminal that takes what is drawn over what is there.
bool can_draw_over(int fd);

/// What the terminal that `fd` is can show, by its size, NO_COLOR, TERM and the locale of the environment.
/// What is no terminal is 80 columns wide, or COLUMNS of the environment, and has no colours.
TerminalStyle style_of(int fd);

}  // namespace llmload::cli
