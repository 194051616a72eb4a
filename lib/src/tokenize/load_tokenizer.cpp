#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>

#include "llmload/error.hpp"
#include "llmload/tokenizer.hpp"
#include "tokenize/sentencepiece_model.hpp"
#include "tokenize/tiktoken_tokenizer.hpp"
#include "tokenize/tokenizer_json.hpp"

namespace llmload {
namespace {

std::string read_file(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string content;
  std::error_code ignored;
  if (const auto size = std::filesystem::file_size(file, ignored); !ignored) content.reserve(size);
  std::array<char, 65'536> block;
  while (stream.read(block.data(), block.size()) || stream.gcount() > 0) {
    content.append(block.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (!stream.eof()) throw InputError(file + ": can't be read");  // not opened, a directory, a disk's error
  return content;
}

}  // namespace

std::shared_ptr<const ModelTokenizer> load_tokenizer(const std::string& file,
                                                     const TokenizerOptions& options) {
  const std::string content = read_file(file);
  if (content.empty()) throw InputError(file + ": an empty file is no tokenizer");
  switch (content.front()) {
    case '{': return tokenize::load_tokenizer_json(content, file, options);
    case '\n': return tokenize::load_sentencepiece(content, file, options);
    default:
      return std::make_shared<const tokenize::TiktokenTokenizer>(
          tokenize::load_tiktoken(content, file, options));
  }
}

std::shared_ptr<const ModelTokenizer> open_tokenizer(std::string_view model_path,
                                                     const TokenizerOptions& options) {
  const TokenizerLocation location = find_tokenizer(model_path);
  if (!location.file.empty()) return load_tokenizer(location.file, options);
  std::string message = "\"" + std::string(model_path) + "\" leads to no tokenizer. Tried:";
  for (const std::string& path : location.tried) message += "\n  " + path;
  throw InputError(message);
}

}  // namespace llmload
