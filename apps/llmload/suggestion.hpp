#pragma once

#include <CLI/App.hpp>
#include <span>
#include <string>

namespace llmload::cli {

/// What the first word of a command line that means nothing was probably to be: "run: --strem is no option;
/// did you mean --stream?". "": each has a meaning, or may have.
[[nodiscard]] std::string suggestion(const CLI::App& app, std::span<const char* const> words);

}  // namespace llmload::cli
