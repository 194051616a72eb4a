#include <llmload/parameters.hpp>

#include "command_options.hpp"
#include "pages.hpp"

namespace llmload::cli {
namespace {

/// Within single quotes of a shell.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + '\'';
}

/// The first line of a text, without the characters that a description of zsh's gives a meaning.
std::string for_zsh(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, text.find('\n'))) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string names_of(const std::vector<OptionText>& options) {
  std::string names;
  for (const OptionText& option : options) {
    if (!option.positional) names += (names.empty() ? "" : " ") + option.name;
  }
  return names;
}

std::string settings() {
  std::string all;
  for (const ParameterKey& key : keys()) all += (all.empty() ? "" : " ") + std::string(key.name) + '=';
  return all;
}

std::string command_names(const CLI::App& app) {
  std::string names;
  for (const CLI::App* command : commands_of(app)) names += (names.empty() ? "" : " ") + command->get_name();
  return names;
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string text =
      "# Completion of llmload for bash.\n_llmload() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} options=\n"
      "  COMPREPLY=()\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    COMPREPLY=($(compgen -W " +
      in_quotes(command_names(app) + ' ' + names_of(options_of(app))) +
      " -- \"$current\"))\n    return\n  fi\n"
      "  if [ \"$previous\" = --set ]; then\n    compopt -o nospace 2>/dev/null\n"
      "    COMPREPLY=($(compgen -W " +
      in_quotes(settings()) +
      " -- \"$current\"))\n    return\n  fi\n"
      "  case ${COMP_WORDS[1]} in\n";
  for (const CLI::App* command : commands_of(app))
    text += "    " + command->get_name() + ") options=" + in_quotes(names_of(options_of(*command))) + " ;;\n";
  return text +
         "  esac\n"
         "  if [[ $current == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
         "  else\n    compopt -o filenames 2>/dev/null\n    mapfile -t COMPREPLY < <(compgen -f -- "
         "\"$current\")\n  fi\n"
         "}\ncomplete -F _llmload llmload\n";
}

std::string zsh_completion(const CLI::App& app) {
  std::string text =
      "#compdef llmload\n# Completion of llmload for zsh.\nlocal -a commands keys\ncommands=(\n";
  for (const CLI::App* command : commands_of(app))
    text += "  " + in_quotes(command->get_name() + ':' + for_zsh(command->get_description())) + '\n';
  text += ")\nkeys=(\n";
  for (const ParameterKey& key : keys())
    text += "  " + in_quotes(std::string(key.name) + "=:" + for_zsh(key.text)) + '\n';
  text +=
      ")\nif ((CURRENT == 2)); then\n  _describe command commands\n  return\nfi\n"
      "if [[ ${words[CURRENT-1]} == --set ]]; then\n  _describe key keys -S ''\n  return\nfi\n"
      "local command=${words[2]}\nshift words\n((CURRENT--))\ncase $command in\n";
  for (const CLI::App* command : commands_of(app)) {
    text += "  " + command->get_name() + ")\n    _arguments";
    for (const OptionText& option : options_of(*command)) {
      if (option.positional) continue;
      text += " \\\n      " + in_quotes("*" + option.name + '[' + for_zsh(option.text) + ']' +
                                        (option.takes_value ? ":value:_files" : ""));
    }
    text += " \\\n      '*:file:_files'\n    ;;\n";
  }
  return text + "esac\n";
}

std::string fish_completion(const CLI::App& app) {
  std::string text = "# Completion of llmload for fish.\n";
  for (const CLI::App* command : commands_of(app)) {
    const std::string& name = command->get_name();
    text += "complete -c llmload -n __fish_use_subcommand -f -a " + name + " -d " +
            in_quotes(command->get_description()) + '\n';
    const std::string here = "complete -c llmload -n '__fish_seen_subcommand_from " + name + "'";
    for (const OptionText& option : options_of(*command)) {
      if (option.positional) continue;
      text += here + " -l " + option.name.substr(2) + (option.takes_value ? " -r" : "");
      if (option.name == "--set") text += " -f -a " + in_quotes(settings());
      text += " -d " + in_quotes(option.text) + '\n';
    }
  }
  return text;
}

}  // namespace llmload::cli
