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
  /// Flags first: a `--set` goes over them. Throws InputError where one is not KEY=VALUE.
  [[nodiscard]] std::vector<KeyValue> key_values() const;

 private:
  std::vector<std::string> set_;
  std::map<std::string_view, std::string> flags_;  // by key
};

}  // namespace llmload::cli
