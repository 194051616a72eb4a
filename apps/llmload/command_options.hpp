#pragma once

#include <CLI/App.hpp>
#include <string>
#include <utility>
#include <vector>

namespace llmload::cli {

/// An option as it is typed, for pages about it.
struct OptionText {
  std::string name;        ///< "--output-dir"; of a positional "records"
  std::string short_name;  ///< "-h", or nothing
  std::string text;
  bool takes_value = false;
  bool positional = false;
};

/// Those of `command` that are for people.
[[nodiscard]] inline std::vector<OptionText> options_of(const CLI::App& command) {
  std::vector<OptionText> options;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;
    OptionText one;
    one.positional = option->get_positional();
    one.takes_value = option->get_expected_max() > 0;
    one.text = option->get_description();
    if (one.positional)
      one.name = option->get_name();
    else
      one.name = "--" + option->get_lnames().front();
    if (!option->get_snames().empty()) one.short_name = "-" + option->get_snames().front();
    options.push_back(std::move(one));
  }
  return options;
}

[[nodiscard]] inline std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_name().empty(); });
}

}  // namespace llmload::cli
