// Any bytes as a tiktoken file give a tokenizer or an InputError.
#include "fuzz/tokenizer_checks.hpp"
#include "llmload/error.hpp"
#include "tokenize/bytelevel/tiktoken_tokenizer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace llmload;
  const std::string_view content(static_cast<const char*>(static_cast<const void*>(data)), size);
  TokenizerOptions options;
  if (size % 8 != 0) options.pre_tokenizer = size % 2 == 0 ? "llama3" : "o200k";
  options.parse_special = size % 64 == 1;
  try {
    const auto tokenizer = tokenize::load_tiktoken(content, "file", options);
    fuzz::check_any(tokenizer);
    const std::string text = "the tokens' \xFF text";
    fuzz::require(fuzz::decoded(tokenizer, text) == text, "the pieces are the text");
  } catch (const InputError&) {
  }
  return 0;
}
