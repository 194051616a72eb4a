#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "llmload/tokenizer.hpp"
#include "support/catch.hpp"
#include "workload/random_prompts.hpp"

namespace exact_prompts_test {

using namespace llmload;
using workload::RandomPrompts;

// The real vocabularies, where scripts/fetch-vocabularies made them. LLMLOAD_PROMPTS says how many prompts of
// each length are counted; a thousand of each take minutes.
TEST_CASE("prompts of real vocabularies have exactly the tokens asked for") {
  const std::filesystem::path folder = LLMLOAD_SOURCE_DIR "/vocabularies";
  if (!std::filesystem::exists(folder / "llama3")) {
    WARN("skipped: " << folder.string() << " is not there");
    return;
  }
  const char* const given = std::getenv("LLMLOAD_PROMPTS");
  const std::uint64_t repeats = given != nullptr ? std::strtoull(given, nullptr, 10) : 2;
  for (const char* model : {"llama3", "llama2", "cl100k", "o200k", "qwen3"}) {
    INFO(model);
    const auto tokenizer = open_tokenizer((folder / model).string());
    for (const unsigned tokens : {7U, 128U, 2'000U, 50'000U}) {
      std::uint64_t wrong = 0;
      for (const bool unique : {true, false}) {
        const RandomPrompts source(*tokenizer, tokens, unique, repeats);
        for (std::uint64_t i = 0; i < (unique ? repeats : 1); ++i)
          wrong += tokenizer->count(source.next({{}, i % 7, i})->messages[0].text) == tokens ? 0 : 1;
      }
      CHECK(wrong == 0);
    }
  }
}

}  // namespace exact_prompts_test
