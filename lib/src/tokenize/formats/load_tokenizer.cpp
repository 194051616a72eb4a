#include <memory>
#include <string>
#include <string_view>

#include "llmload/error.hpp"
#include "llmload/tokenizer.hpp"
#include "text/read_file.hpp"
#include "text/trim.hpp"
#include "tokenize/bytelevel/tiktoken_tokenizer.hpp"
#include "tokenize/formats/tokenizer_json.hpp"
#include "tokenize/sentencepiece/sentencepiece_model.hpp"

namespace llmload {

std::shared_ptr<const ModelTokenizer> load_tokenizer(const std::string& file,
                                                     const TokenizerOptions& options) {
  const std::string whole = text::read_file(file, 256 * text::mib);
  const std::string_view content = text::without_mark(whole);
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
  for (const std::string& path : location.tried) message += ' ' + path;
  throw InputError(message);
}

}  // namespace llmload
