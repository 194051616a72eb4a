#pragma once

#include <CLI/App.hpp>
#include <string>

/// What a package brings beside the program, made of its own commands and of the table of keys: nothing is
/// said twice. `app` has all commands; hidden options are left out.
namespace llmload::cli {

/// The man page of `command`, or of `app` itself, whose page lists the others. In roff, for section 1.
[[nodiscard]] std::string man_page(const CLI::App& app, const CLI::App& command);

// Completions of commands, options and, behind --set, keys, for each shell.
[[nodiscard]] std::string bash_completion(const CLI::App& app);
[[nodiscard]] std::string zsh_completion(const CLI::App& app);
[[nodiscard]] std::string fish_completion(const CLI::App& app);

}  // namespace llmload::cli
