#pragma once

#include <CLI/App.hpp>
#include <llmload/parameters.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace llmload::cli {

/// What the command line puts over a parameters.json: `--set KEY=VALUE`, and the flags of those keys that
/// have one.
class Settings {
 public:
  void add_to(CLI::App& command);
  /// A flag gives this key.
  [[nodiscard]] bool has(std::string_view key) const;
  /// Flags last: they go over a `--set`. Throws InputError where one has not its form, or two contradict each
  /// other.
  [[nodiscard]] std::vector<KeyValue> key_values() const;

 private:
  static std::string value(const ParameterKey& key, const std::vector<std::string>& texts);

  std::vector<std::string> set_;
  std::map<std::string_view, std::vector<std::string>> flags_;  // by key
  std::map<std::string_view, bool> yes_;
};

}  // namespace llmload::cli
