#pragma once

#include <llmload/report.hpp>
#include <llmload/run.hpp>
#include <string>
#include <vector>

namespace llmload::cli {

/// Where a run stands, in one line: "stage 2/7, 4 concurrent: 3/64 done, 12/s, 0 failed, about 5 s left".
std::string progress_line(const Progress& progress);

/// The same at more length, for a terminal: a bar to the stage's end, what is under way, times so far,
/// failures by outcome, and what the server says of its limits.
std::vector<std::string> progress_lines(const Progress& progress, const TerminalStyle& style);

}  // namespace llmload::cli
