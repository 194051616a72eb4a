#include "tokenize/bytelevel/tiktoken_tokenizer.hpp"

#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "tokenize/formats/tiktoken_file.hpp"
#include "unit/tokenize/test_data.hpp"

namespace tiktoken_tokenizer_test {

using namespace llmload::tokenize;

using Ids = std::vector<std::uint32_t>;

TiktokenTokenizer tiny() {
  return {read_tiktoken(test_data("tiny.tiktoken"), "tiny.tiktoken"), llama3_pretokenizer};
}

std::string decoded(const TiktokenTokenizer& tokenizer, const Ids& ids) {
  std::string text;
  for (const std::uint32_t id : ids) text += tokenizer.piece(id);
  return text;
}

std::string load_error(const llmload::TokenizerOptions& options) {
  try {
    load_tiktoken(test_data("tiny.tiktoken"), "tiny.tiktoken", options);
  } catch (const llmload::InputError& error) {
    return error.what();
  }
  return "no error";
}

// The expected ids are those of OpenAI's tiktoken for the same vocabulary and the regex of Llama 3.
TEST_CASE("a tiny vocabulary gives the ids of the reference") {
  const TiktokenTokenizer tokenizer = tiny();
  CHECK(tokenizer.encode("The tokens of a test.") == Ids{302, 310, 281, 261, 291, 46});
  CHECK(
      tokenizer.encode("We'll count  2026 tokens;\n\n  it isn't HARD.") ==
      Ids{87, 101, 579, 312, 32, 32, 379, 54, 310, 473, 10, 32, 280, 355, 110, 336, 32, 72, 65, 82, 68, 46});
  CHECK(tokenizer.encode("Größe: тест 测试 🙂") ==
        Ids{71, 475, 182, 392, 101, 58, 32, 340, 483, 340, 32, 402, 32, 240, 159, 153, 130});
  CHECK(tokenizer.encode("<|eot_id|>") == Ids{60, 124, 101, 111, 116, 95, 105, 100, 124, 62});
}

TEST_CASE("a tiktoken vocabulary finds no tokens in an empty text") {
  CHECK(tiny().encode("").empty());
  CHECK(tiny().count("") == 0);
}

TEST_CASE("the count of a tiktoken vocabulary is its number of ids") {
  const TiktokenTokenizer tokenizer = tiny();
  const std::string text = test_data("training_text.txt");
  CHECK(tokenizer.count(text) == tokenizer.encode(text).size());
}

TEST_CASE("the pieces of tiktoken ids spell the text, byte for byte") {
  const TiktokenTokenizer tokenizer = tiny();
  for (const std::string& text : {test_data("training_text.txt"), test_data("tiny.model"),
                                  std::string("a\xFF\0\xC3 \xED\xA0\x80z", 9)}) {
    CHECK(decoded(tokenizer, tokenizer.encode(text)) == text);
  }
}

TEST_CASE("invalid UTF-8 is counted byte by byte") {
  CHECK(tiny().encode("\xFF\xC3") == Ids{0xFF, 0xC3});
  CHECK(tiny().count("\xED\xA0\x80") == 3);
}

TEST_CASE("a tiktoken vocabulary describes itself") {
  CHECK(tiny().size() == 600);
  CHECK(tiny().description() == "tiktoken, 600 ranks, llama3 pre-tokenizer");
}

TEST_CASE("the number of ranks tells the pre-tokenizer") {
  CHECK(pretokenizer_of(128'000) == &llama3_pretokenizer);
  CHECK(pretokenizer_of(100'256) == &cl100k_pretokenizer);
  CHECK(pretokenizer_of(200'000) == &o200k_pretokenizer);
  CHECK(pretokenizer_of(199'998) == &o200k_pretokenizer);
  CHECK(pretokenizer_of(50'256) == &gpt2_pretokenizer);
  CHECK(pretokenizer_of(600) == nullptr);
}

TEST_CASE("an unknown number of ranks is refused, with the known ones") {
  CHECK(load_error({}) ==
        "tiny.tiktoken: 600 ranks tell no known pre-tokenizer: known are 128000 (Llama 3), 200000 (Llama 4), "
        "199998 (o200k), 100256 (cl100k) and 50256 (r50k). Name one of llama3, cl100k, o200k, qwen2, tekken, "
        "gpt2");
}

TEST_CASE("a named pre-tokenizer is used whatever the number of ranks") {
  const auto tokenizer = load_tiktoken(test_data("tiny.tiktoken"), "tiny.tiktoken", {"gpt2", false});
  CHECK(tokenizer.description() == "tiktoken, 600 ranks, gpt2 pre-tokenizer");
}

TEST_CASE("a pre-tokenizer that is named wrongly is refused") {
  CHECK(load_error({"llama5", false}) ==
        "no pre-tokenizer is named \"llama5\": there are llama3, cl100k, o200k, qwen2, tekken, gpt2");
}

TEST_CASE("special tokens can't be parsed by a file that has none") {
  CHECK(load_error({"llama3", true}).find("tiny.tiktoken: special tokens can't be parsed") == 0);
}

}  // namespace tiktoken_tokenizer_test
