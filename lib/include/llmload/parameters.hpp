#pragma once

#include <llmload/plan.hpp>
#include <string>
#include <vector>

namespace llmload {

/// What the caller puts over a parameters.json.
struct ParameterOverrides {
  std::vector<std::string> set;  ///< "KEY=VALUE": VALUE is JSON, or else taken as a string
  /// Not empty: run against the simulated endpoint at this origin ("https://127.0.0.1:8443"). It replaces
  /// scheme, host and port of MODEL_ENDPOINTS, and `simulated_key` the API_KEY.
  std::string simulated_origin;
  std::string simulated_key;
};

/// Reads a parameters.json (docs/parameters.md has every key), the prompts and the tokenizer that it names.
/// `path` empty: no file, the overrides alone. Relative paths in it start at its folder.
/// Throws InputError with file, JSON pointer, what is wrong and what is allowed; never the key's value.
Plan load_parameters(const std::string& path, const ParameterOverrides& overrides = {});

}  // namespace llmload
