#include "simulator/answers/output_text.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include "support/catch.hpp"
#include "tokenize/bytelevel/tiktoken_tokenizer.hpp"
#include "tokenize/formats/tiktoken_file.hpp"
#include "unit/tokenize/test_data.hpp"

namespace output_text_test {

using namespace llmload;
using simulator::Output;
using simulator::OutputText;

bool fits_into_json(const std::string& text) {
  return std::ranges::all_of(text,
                             [](unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

/// `output` has `n` tokens that are its text, cut: none is missing, none overlaps.
void check_tokens(const Output& output, std::size_t n) {
  REQUIRE(output.ends.size() == n);
  CHECK(std::ranges::is_sorted(output.ends));
  CHECK(output.ends.back() == output.text.size());
  std::string joined;
  for (std::size_t i = 0; i < n; ++i) joined += output.tokens(i, 1);
  CHECK(joined == output.text);
  CHECK(output.tokens(0, n) == output.text);
  CHECK(output.tokens(n / 2, n - n / 2) == output.text.substr(n / 2 == 0 ? 0 : output.ends[n / 2 - 1]));
  CHECK(fits_into_json(output.text));
}

TEST_CASE("without a tokenizer an answer has exactly n words, for n from 1 to 600") {
  OutputText text(nullptr);
  for (std::size_t n = 1; n <= 600; ++n) {
    INFO(n);
    const auto output = text.first(n);
    check_tokens(*output, n);
    CHECK(text.count(output->text) == n);
  }
}

TEST_CASE("with a tokenizer an answer has exactly n tokens, for n from 1 to 600") {
  using namespace tokenize;
  const auto tiktoken = std::make_shared<TiktokenTokenizer>(
      read_tiktoken(test_data("tiny.tiktoken"), "tiny.tiktoken"), llama3_pretokenizer);
  for (const std::shared_ptr<const ModelTokenizer>& tokenizer :
       {std::shared_ptr<const ModelTokenizer>(tiktoken), load_tokenizer(test_data_path("tiny.model"))}) {
    OutputText text(tokenizer);
    for (std::size_t n = 1; n <= 600; ++n) {
      INFO(tokenizer->description() << ", " << n << " tokens");
      const auto output = text.first(n);
      check_tokens(*output, n);
      CHECK(tokenizer->count(output->text) == n);
      CHECK(text.count(output->text) == n);
    }
  }
}

TEST_CASE("an answer of many tokens is the text over and over") {
  OutputText text(nullptr);
  const auto output = text.first(20'000);
  check_tokens(*output, 20'000);
}

TEST_CASE("the same number of tokens is the same text, and an answer outlives the memory of it") {
  OutputText text(nullptr);
  const auto first = text.first(7);
  const std::string before = first->text;
  for (std::size_t n = 1; n <= 200; ++n) (void)text.first(n);
  CHECK(first->text == before);
  CHECK(text.first(7)->text == before);
}

TEST_CASE("another text is in its words, and as JSON holds it") {
  const OutputText text(nullptr);
  const auto output = text.of("a \"b\"\n c  ");
  CHECK(output->text == R"(a \"b\"\n c  )");
  REQUIRE(output->ends.size() == 3);
  CHECK(output->tokens(0, 1) == "a");
  CHECK(output->tokens(1, 1) == R"( \"b\"\n)");
  CHECK(output->tokens(2, 1) == " c  ");
  for (const char* none : {"", "   "}) {
    CHECK(text.of(none)->ends.size() == 1);
    CHECK(text.of(none)->text == none);
  }
}

TEST_CASE("no token of another text ends within a character") {
  using namespace tokenize;
  const std::string given = "\u4f60\u597d \U0001f600";
  const auto tiktoken = std::make_shared<TiktokenTokenizer>(
      read_tiktoken(test_data("tiny.tiktoken"), "tiny.tiktoken"), llama3_pretokenizer);
  const auto output = OutputText(tiktoken).of(given);
  CHECK(output->text == given);
  CHECK(output->ends.size() == tiktoken->count(given));
  CHECK(output->ends.back() == given.size());
  for (const std::size_t end : output->ends)
    CHECK((end == given.size() || (static_cast<unsigned char>(given[end]) & 0xc0) != 0x80));
}

TEST_CASE("the first tokens of an answer are their text") {
  const auto output = OutputText(nullptr).first(5);
  const Output two = output->first(2);
  check_tokens(two, 2);
  CHECK(two.text == output->tokens(0, 2));
}

TEST_CASE("words are counted between spaces") {
  const OutputText text(nullptr);
  CHECK(text.count("") == 0);
  CHECK(text.count("   ") == 0);
  CHECK(text.count("one") == 1);
  CHECK(text.count(" one  two three ") == 3);
}

}  // namespace output_text_test
