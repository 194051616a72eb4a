// Any bytes as a tokenizer.json give a tokenizer or an InputError.
#include "tokenize/formats/tokenizer_json.hpp"

#include "fuzz/tokenizer_checks.hpp"
#include "llmload/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace llmload;
  const std::string_view content(static_cast<const char*>(static_cast<const void*>(data)), size);
  for (const bool parse_special : {false, true}) {
    TokenizerOptions options;
    options.parse_special = parse_special;
    if (size % 8 == 0) options.pre_tokenizer = "gpt2";
    try {
      fuzz::check_any(*tokenize::load_tokenizer_json(content, "file", options));
    } catch (const InputError&) {
    }
  }
  return 0;
}
