#include "run_help.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

#include "cli.hpp"
#include "command_options.hpp"
#include "support/catch.hpp"
#include "text/width.hpp"

namespace run_help_test {

using namespace llmload;

std::string help_of(CLI::AppFormatMode mode) {
  CLI::App app;
  int exit_code = 0;
  cli::add_commands(app, exit_code);
  return app.get_subcommand("run")->help("", mode);
}

TEST_CASE("the help of run fits a screen") {
  std::istringstream page(help_of(CLI::AppFormatMode::Normal));
  std::size_t lines = 0;
  for (std::string line; std::getline(page, line); ++lines) {
    INFO(line);
    CHECK(text::width(line) <= 80);
  }
  CHECK(lines < 24);
}

TEST_CASE("each option of run is in its help, by its first name or its letter, and at length in --help-all") {
  CLI::App app;
  int exit_code = 0;
  cli::add_commands(app, exit_code);
  const CLI::App& run = *app.get_subcommand("run");
  const std::string page = help_of(CLI::AppFormatMode::Normal), all = help_of(CLI::AppFormatMode::All);
  for (const cli::OptionText& option : cli::options_of(run)) {
    if (option.positional || option.name == "--help") continue;
    INFO(option.name);
    const bool by_letter =
        !option.short_name.empty() && page.find(option.short_name + ' ') != std::string::npos;
    CHECK((by_letter || page.find(option.name) != std::string::npos));
    CHECK(all.find(option.name) != std::string::npos);
  }
}

}  // namespace run_help_test
