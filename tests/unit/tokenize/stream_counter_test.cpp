#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "llmload/tokenizer.hpp"
#include "support/catch.hpp"
#include "tokenize/bytelevel/bpe_tokenizer.hpp"
#include "tokenize/formats/tiktoken_file.hpp"
#include "unit/tokenize/test_data.hpp"

namespace stream_counter_test {

using namespace llmload;
using namespace llmload::tokenize;

AddedToken added(const std::string& content, TokenId id) {
  AddedToken token;
  token.content = content;
  token.id = id;
  return token;
}

std::shared_ptr<const Tokenizer> tiny(const Pretokenizer& pretokenizer,
                                      const BpeTokenizer::Rules& rules = {}) {
  return std::make_shared<BpeTokenizer>(Bpe(read_tiktoken(test_data("tiny.tiktoken"), "tiny.tiktoken")),
                                        pretokenizer, rules);
}

BpeTokenizer::Rules nfc_and_added() {
  BpeTokenizer::Rules rules;
  rules.nfc = true;
  rules.added = {added("<think>", 597), added("</think>", 598), added("think", 599)};
  rules.added.back().normalized = true;
  return rules;
}

BpeTokenizer::Rules stripping() {
  BpeTokenizer::Rules rules;
  rules.added = {added("<think>", 597), added("</think>", 598)};
  rules.added[0].strip_left = rules.added[0].strip_right = true;
  rules.added[1].single_word = true;
  return rules;
}

/// A user's own, which says nothing of where a text may be cut.
class Spaces : public Tokenizer {
  std::size_t count(std::string_view text) const override {
    std::size_t spaces = 0;
    for (const char character : text) spaces += character == ' ' ? 1 : 0;
    return spaces;
  }
};

std::string random_text(std::mt19937& random) {
  static const std::string parts[] = {
      "the",    " the",   "A",       "BC",       "It's", "'",        "'re",    "s",         " ",
      "  ",     "\n",     "\r\n",    "\t",       "12",   "345",      "...",    "/",         "(",
      "-",      "\u3000", "\u00A0",  "\u2581",   "é",    "e",        "\u0301", "\u0316",    "測試",
      "тест",   "ǅ",      "ʰ",       "🙂",     "\xFF", "\xE6\xB8", "\u1112", "\u1161",    "\u11AB",
      "\u0915", "\u093C", "<think>", "</think>", "<thi", "nk>",      "token",  " of a test"};
  std::string text;
  for (auto i = random() % 60; i > 0; --i) text += parts[random() % std::size(parts)];
  return text;
}

TEST_CASE("however a stream is cut, it ends at the count of the whole, and what is settled stays") {
  const std::shared_ptr<const Tokenizer> tokenizers[] = {tiny(llama3_pretokenizer),
                                                         tiny(qwen2_pretokenizer),
                                                         tiny(o200k_pretokenizer),
                                                         tiny(tekken_pretokenizer),
                                                         tiny(gpt2_pretokenizer),
                                                         tiny(qwen2_pretokenizer, nfc_and_added()),
                                                         tiny(o200k_pretokenizer, nfc_and_added()),
                                                         tiny(llama3_pretokenizer, stripping()),
                                                         load_tokenizer(test_data_path("tiny.model")),
                                                         std::make_shared<Spaces>()};
  for (std::size_t number = 0; number < std::size(tokenizers); ++number) {
    const Tokenizer& tokenizer = *tokenizers[number];
    std::mt19937 random(1);
    for (int round = 0; round < 1'500; ++round) {
      const std::string text = random_text(random);
      INFO("tokenizer " << number << ", text " << text);
      StreamCounter counter(tokenizer);
      const std::size_t longest = 1 + random() % 20;
      std::size_t settled = 0;
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = 1 + random() % longest;
        counter.add(std::string_view(text).substr(at, size));
        at += size;
        REQUIRE(counter.settled() >= settled);
        settled = counter.settled();
        REQUIRE(counter.total() == tokenizer.count(std::string_view(text).substr(0, at)));
      }
      REQUIRE(counter.total() == tokenizer.count(text));
    }
  }
}

TEST_CASE("the ids of a text that is cut are those of the whole") {
  const std::shared_ptr<const ModelTokenizer> tokenizers[] = {
      load_tokenizer(test_data_path("tiny.model")),
      std::make_shared<BpeTokenizer>(Bpe(read_tiktoken(test_data("tiny.tiktoken"), "tiny.tiktoken")),
                                     o200k_pretokenizer, nfc_and_added())};
  for (const auto& tokenizer : tokenizers) {
    std::mt19937 random(1);
    std::size_t cuts = 0;
    for (int round = 0; round < 1'500; ++round) {
      const std::string text = random_text(random);
      INFO(tokenizer->description() << ", text " << text);
      const std::size_t cut = tokenizer->cut(text);
      if (cut == 0) continue;
      ++cuts;
      std::vector<std::uint32_t> ids = tokenizer->encode(std::string_view(text).substr(0, cut));
      const std::vector<std::uint32_t> rest = tokenizer->encode_rest(std::string_view(text).substr(cut));
      ids.insert(ids.end(), rest.begin(), rest.end());
      REQUIRE(ids == tokenizer->encode(text));
    }
    CHECK(cuts > 100);
  }
}

TEST_CASE("what can no longer change is settled while the stream goes on") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "The tokens of a test, e\u0301 measured. ";
  for (const auto& tokenizer :
       {tiny(llama3_pretokenizer), tiny(o200k_pretokenizer), tiny(qwen2_pretokenizer, nfc_and_added()),
        std::shared_ptr<const Tokenizer>(load_tokenizer(test_data_path("tiny.model")))}) {
    StreamCounter counter(*tokenizer);
    for (const char byte : text) counter.add({&byte, 1});
    CHECK(counter.settled() + 20 > counter.total());
  }
}

TEST_CASE("an empty stream has no tokens") {
  const auto tokenizer = tiny(llama3_pretokenizer);
  StreamCounter counter(*tokenizer);
  counter.add("");
  CHECK(counter.settled() == 0);
  CHECK(counter.total() == 0);
}

TEST_CASE("a long stream of one run, byte by byte, takes no quadratic time") {
  const auto tokenizer = tiny(o200k_pretokenizer);
  StreamCounter counter(*tokenizer);
  const std::string run(300'000, ' ');
  for (const char byte : run) counter.add({&byte, 1});
  CHECK(counter.total() == tokenizer->count(run));
}

}  // namespace stream_counter_test
