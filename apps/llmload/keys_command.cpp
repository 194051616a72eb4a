#include <CLI/App.hpp>
#include <algorithm>
#include <iostream>
#include <llmload/error.hpp>
#include <llmload/parameters.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli.hpp"
#include "text/lower.hpp"
#include "text/nearest.hpp"
#include "text/width.hpp"

namespace llmload::cli {
namespace {

constexpr std::size_t width = 79;
constexpr std::string_view indent = "    ";

void print_wrapped(std::string_view text) {
  for (const std::string& line : text::wrapped(text, width - indent.size(), 0))
    std::cout << indent << line << '\n';
}

void print_key(const ParameterKey& key) {
  std::cout << key.name;
  for (std::string_view rest = key.flags; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    std::cout << ", " << rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::cout << '\n';
  print_wrapped(key.text);
  print_wrapped(std::string(key.type) + "; default: " + std::string(key.default_value));
}

/// Those that have the word in their names; where none has, in what they say.
std::vector<ParameterKey> keys_with(std::string_view word) {
  const std::string wanted = text::lower(word);
  const auto has = [&wanted](std::string_view text) { return text::lower(text).find(wanted) != text.npos; };
  for (const auto part : {&ParameterKey::name, &ParameterKey::text}) {
    std::vector<ParameterKey> found;
    for (const ParameterKey& key : keys()) {
      if (has(key.*part) || (part == &ParameterKey::name && has(key.flags))) found.push_back(key);
    }
    if (!found.empty()) return found;
  }
  std::vector<std::string_view> names;
  for (const ParameterKey& key : keys()) names.push_back(key.name);
  std::string upper(word);
  for (char& c : upper) c = 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  throw InputError("keys: none has \"" + std::string(word) + "\"; did you mean " +
                   std::string(text::nearest(upper, names)) + "?");
}

void print_keys(const std::string& word) {
  const std::vector<ParameterKey> found = keys_with(word);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i > 0) std::cout << '\n';
    print_key(found[i]);
  }
}

}  // namespace

void add_keys(CLI::App& app, int& exit_code) {
  const auto word = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "keys", "Print what the keys of a parameters.json say, and the flags of run that give them");
  command->add_option("word", *word, "Those alone that have it in their name, or else in what they say");
  command->callback([word, &exit_code] {
    print_keys(*word);
    exit_code = done;
  });
}

}  // namespace llmload::cli
