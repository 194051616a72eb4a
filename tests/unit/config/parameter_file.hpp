#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "llmload/parameters.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace llmload::config {

/// A folder with a parameters.json that works, and its input.jsonl, to be changed key by key.
class ParameterFile {
 public:
  static constexpr std::string_view key = "sk-0123456789abcdef";

  ParameterFile() { folder.write("input.jsonl", R"({"5":"What is","25":"How does"})"); }

  /// Sets `name` to `value`, which is JSON; "" takes the key out.
  ParameterFile& set(std::string_view name, std::string_view value) {
    const boost::json::string_view at(name.data(), name.size());
    if (value.empty())
      keys.erase(at);
    else
      keys[at] = boost::json::parse({value.data(), value.size()});
    return *this;
  }

  [[nodiscard]] std::string write() const {
    return folder.write("parameters.json", boost::json::serialize(keys));
  }
  [[nodiscard]] Plan load(const ParameterOptions& options = {}) const {
    return load_parameters(write(), options);
  }

  tokenize::TemporaryDirectory folder;
  boost::json::object keys = {{"CONCURRENT_LEVELS", {1, 2, 4}},
                              {"MODEL_ENDPOINTS", "https://h/v1/chat/completions"},
                              {"API_KEY", boost::json::string_view(key.data(), key.size())}};
};

}  // namespace llmload::config
