#include "suggestion.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "command_options.hpp"
#include "text/nearest.hpp"

namespace llmload::cli {
namespace {

std::string meant(std::string_view word, std::string_view kind, const std::vector<std::string_view>& names) {
  return std::string(word) + " is no " + std::string(kind) + "; did you mean " +
         std::string(text::nearest(word, names)) + '?';
}

/// Behind the command.
std::string of_option(const CLI::App& command, std::span<const char* const> words) {
  const std::vector<OptionText> options = options_of(command);
  std::vector<std::string_view> names;
  for (const OptionText& option : options) {
    if (!option.positional) names.push_back(option.name);
  }
  for (std::string_view word : words) {
    if (word == "--") break;  // behind it are no options
    word = word.substr(0, word.find('='));
    if (!word.starts_with("--") || std::ranges::find(names, word) != names.end()) continue;
    return command.get_name() + ": " + meant(word, "option", names);
  }
  return "";
}

}  // namespace

std::string suggestion(const CLI::App& app, std::span<const char* const> words) {
  const auto is_option = [](std::string_view word) { return word.starts_with("-"); };
  const auto first = std::ranges::find_if_not(words, is_option);
  if (first == words.end()) return "";
  std::vector<std::string_view> names;
  const std::vector<const CLI::App*> commands = commands_of(app);
  for (const CLI::App* command : commands) {
    if (command->get_name() == *first) return of_option(*command, {first + 1, words.end()});
    names.push_back(command->get_name());
  }
  return meant(*first, "command", names);
}

}  // namespace llmload::cli
