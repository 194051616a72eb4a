#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace llmload::tokenize {

/// The path of a file of tests/data/tokenize.
inline std::string test_data_path(const std::string& name) {
  return std::string(LLMLOAD_TEST_DATA) + "/tokenize/" + name;
}

/// The content of a file of tests/data/tokenize.
inline std::string test_data(const std::string& name) {
  std::ifstream stream(test_data_path(name), std::ios::binary);
  if (!stream) throw std::runtime_error("can't read " + test_data_path(name));
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace llmload::tokenize
