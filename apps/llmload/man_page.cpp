#include <cctype>
#include <llmload/parameters.hpp>
#include <llmload/version.hpp>
#include <string>
#include <string_view>

#include "command_options.hpp"
#include "pages.hpp"

namespace llmload::cli {
namespace {

/// As roff shows it: a line that begins with a dot is no request, and a hyphen can be copied.
std::string roff(std::string_view text) {
  std::string out;
  bool at_begin = true;
  for (const char c : text) {
    if (at_begin && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
    at_begin = c == '\n';
  }
  return out;
}

std::string entry(const std::string& bold, const std::string& rest, std::string_view text) {
  return ".TP\n\\fB" + roff(bold) + "\\fR" + roff(rest) + '\n' + roff(text) + '\n';
}

std::string synopsis(const CLI::App& app, const CLI::App& command) {
  std::string line = "\\fBllmload\\fR";
  if (&app == &command) return line + " \\fICOMMAND\\fR [\\fIOPTION\\fR...]\n";
  line += " \\fB" + command.get_name() + "\\fR [\\fIOPTION\\fR...]";
  for (const OptionText& option : options_of(command)) {
    if (option.positional) line += " [\\fI" + roff(option.name) + "\\fR]";
  }
  return line + '\n';
}

std::string options_section(const CLI::App& command) {
  std::string text = ".SH OPTIONS\n";
  for (const OptionText& option : options_of(command)) {
    const std::string shown =
        option.short_name.empty() ? option.name : option.short_name + ", " + option.name;
    text += entry(shown, option.takes_value && !option.positional ? " VALUE" : "", option.text);
  }
  return text;
}

std::string commands_section(const CLI::App& app) {
  std::string text = ".SH COMMANDS\n";
  for (const CLI::App* command : commands_of(app))
    text +=
        entry(command->get_name(), ": llmload-" + command->get_name() + "(1)", command->get_description());
  return text;
}

std::string keys_section() {
  std::string text =
      ".SH KEYS\nOf a parameters.json, and of \\fB\\-\\-set\\fR KEY=VALUE. docs/parameters.md says more of "
      "each.\n";
  for (const ParameterKey& key : keys()) {
    text +=
        entry(std::string(key.name),
              " (" + std::string(key.type) + "; default: " + std::string(key.default_value) + ")", key.text);
  }
  return text;
}

}  // namespace

std::string man_page(const CLI::App& app, const CLI::App& command) {
  const bool whole = &app == &command;
  const std::string name = whole ? "llmload" : "llmload-" + command.get_name();
  std::string title = name;
  for (char& c : title) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const std::string description = command.get_description();
  std::string first = description.substr(0, description.find('\n'));
  if (first.ends_with('.')) first.pop_back();  // the name of a page has none
  std::string page =
      ".TH " + roff(title) + " 1 \"\" \"llmload " + std::string(version()) + "\" \"llmload\"\n";
  page += ".SH NAME\n" + roff(name) + " \\- " + roff(first) + '\n';
  page += ".SH SYNOPSIS\n" + synopsis(app, command);
  if (description.find('\n') != std::string::npos) page += ".SH DESCRIPTION\n" + roff(description) + '\n';
  if (whole) page += commands_section(app);
  page += options_section(command);
  if (command.get_name() == "run") page += keys_section();
  page += ".SH SEE ALSO\n";
  page += whole ? "\\fBllmload\\-run\\fR(1), and README.md of llmload\n" : "\\fBllmload\\fR(1)\n";
  return page;
}

}  // namespace llmload::cli
