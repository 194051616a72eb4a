#pragma once

#include <boost/json/value.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/keys.hpp"

namespace llmload::config {

struct Entry {
  boost::json::value value;
  std::string from;                   ///< where it was given, for errors
  std::filesystem::path folder = {};  ///< where its relative paths start
};

/// What was given, by key, each once, in the order in which the keys first came.
using Entries = std::vector<std::pair<std::string, Entry>>;

/// `name` is a key. Throws InputError with the nearest one where it is none; `from`: where it was given.
const Key& find_key(const std::string& name, const std::string& from);

/// The members of `text`, which is a parameters.json that errors call `from`, and over them the options'.
/// `folder`: where the text's relative paths start. Throws InputError.
Entries read_entries(std::string_view text, const std::string& from, const ParameterOptions& options,
                     const std::filesystem::path& folder);

}  // namespace llmload::config
