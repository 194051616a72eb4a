#include "workload/random_prompts.hpp"

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/tokenize/test_data.hpp"

namespace random_prompts_test {

using namespace llmload;
using workload::one_token_words;
using workload::RandomPrompts;

/// A token is a word; "xyz" counts as three, "wait" as two but at a text's beginning.
class Words : public ModelTokenizer {
 public:
  explicit Words(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
  std::size_t count(std::string_view text) const override {
    std::istringstream in{std::string(text)};
    std::size_t n = 0;
    for (std::string word; in >> word;) n += word == "xyz" ? 3 : word == "wait" && n > 0 ? 2 : 1;
    return n;
  }
  std::vector<std::uint32_t> encode(std::string_view) const override { return {}; }
  std::string piece(std::uint32_t id) const override { return pieces_.at(id); }
  std::size_t size() const override { return pieces_.size(); }
  std::string description() const override { return "words"; }

 private:
  std::vector<std::string> pieces_;
};

const Words few({"", "a", "in", "load", " test", "xyz", "speed", " load", "na\xc3\xafve", "wait", "a\nb",
                 "Long"});

RandomPrompts prompts(const ModelTokenizer& tokenizer, const TokenLengths& lengths, bool unique = true,
                      std::uint64_t seed = 1) {
  return {tokenizer, lengths, unique, seed};
}

std::string text_of(const RandomPrompts& source, std::size_t stage, std::uint64_t index,
                    const std::string& salt = "") {
  return source.next({salt, stage, index})->messages.at(0).text;
}

TEST_CASE("words are of lower-case letters, longer than two, and one token wherever they stand") {
  CHECK(one_token_words(few) == std::vector<std::string>{" load", " test", " speed"});
}

TEST_CASE("a random prompt has exactly the tokens asked for, in each vocabulary at hand") {
  for (const char* file : {"tiny.model", "tiny.tiktoken"}) {
    TokenizerOptions options;
    if (file == std::string("tiny.tiktoken")) options.pre_tokenizer = "llama3";
    const auto tokenizer = load_tokenizer(tokenize::test_data_path(file), options);
    for (const unsigned tokens : {1U, 2U, 7U, 128U, 2'000U}) {
      for (const bool unique : {false, true}) {
        const auto source = prompts(*tokenizer, tokens, unique);
        for (std::uint64_t i = 0; i < 20; ++i) {
          CHECK(tokenizer->count(text_of(source, i % 3, i)) == tokens);
          CHECK(source.next({{}, i % 3, i})->prompt_tokens == tokens);
        }
      }
    }
  }
}

TEST_CASE("a prompt neither begins nor ends with a space, which a chat template would cut off") {
  const auto prompt = text_of(prompts(few, 50), 0, 0);
  CHECK_FALSE(prompt.starts_with(' '));
  CHECK_FALSE(prompt.ends_with(' '));
}

TEST_CASE(
    "unique prompts differ: from the one before also where they are one word, else from all of the run") {
  const auto shortest = prompts(few, 1);
  for (std::uint64_t i = 0; i < 30; ++i) CHECK(text_of(shortest, 0, i) != text_of(shortest, 0, i + 1));
  const auto source = prompts(few, 40);
  std::set<std::string> seen;
  for (std::size_t stage = 0; stage < 5; ++stage) {
    for (std::uint64_t i = 0; i < 200; ++i) seen.insert(text_of(source, stage, i));
  }
  CHECK(seen.size() == 1'000);
}

TEST_CASE("without that, each prompt is the beginning of one text") {
  const auto source = prompts(few, TokenLengths::normal({20, 10, 1, 60}), false);
  std::string longest;
  for (std::uint64_t i = 0; i < 50; ++i) {
    const std::string prompt = text_of(source, i % 2, i);
    CHECK((prompt.starts_with(longest) || longest.starts_with(prompt)));
    if (prompt.size() > longest.size()) longest = prompt;
  }
  CHECK(text_of(prompts(few, 9, false), 0, 0) == text_of(prompts(few, 9, false), 3, 77));
}

TEST_CASE("lengths follow the distribution, and the tokenizer counts them so") {
  const auto lengths = TokenLengths::normal({20, 10, 1, 60});
  const auto source = prompts(few, lengths);
  for (std::uint64_t i = 0; i < 50; ++i) CHECK(few.count(text_of(source, 0, i)) == lengths(i));
}

TEST_CASE("the same seed gives the same prompts, another seed others") {
  CHECK(text_of(prompts(few, 25, true, 7), 1, 2) == text_of(prompts(few, 25, true, 7), 1, 2));
  CHECK(text_of(prompts(few, 25, true, 7), 1, 2) != text_of(prompts(few, 25, true, 8), 1, 2));
  CHECK(text_of(prompts(few, 25, false, 7), 0, 0) != text_of(prompts(few, 25, false, 8), 0, 0));
}

TEST_CASE("a vocabulary without two such words is refused") {
  CHECK_THROWS_AS(prompts(Words({"", "a", "\xe2\x82\xac"}), 5), InputError);
  CHECK_THROWS_AS(prompts(Words({"load", "xyz"}), 5), InputError);
  CHECK_THROWS_AS(prompts(Words({}), 5), InputError);
}

TEST_CASE(
    "under another salt prompts share no beginning with those of other runs, and have the same lengths") {
  const auto tokenizer = load_tokenizer(tokenize::test_data_path("tiny.model"));
  const auto source = prompts(*tokenizer, TokenLengths::normal({40, 10, 20, 60}));
  std::set<std::string> beginnings;
  for (const char* salt : {"one", "two", "three"}) {
    for (std::size_t stage = 0; stage < 3; ++stage) {
      for (std::uint64_t i = 0; i < 200; ++i) {
        const std::string text = text_of(source, stage, i, salt);
        CHECK(tokenizer->count(text) == tokenizer->count(text_of(source, stage, i, "one")));
        beginnings.insert(text.substr(0, 60));
      }
    }
  }
  CHECK(beginnings.size() == 1'800);
  CHECK(text_of(source, 1, 2, "one") == text_of(source, 1, 2, "one"));
}

TEST_CASE("how many prompts of the shortest length there are is known") {
  CHECK(prompts(few, 1).possible() == 3);
  CHECK(prompts(few, 4).possible() == 81);
  CHECK(prompts(few, 1'000'000).possible() > 1e300);
}

std::string begin_of(const std::string& text, std::size_t words) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < words; ++i) at = text.find(' ', at + 1);
  return text.substr(0, at);
}

TEST_CASE("prompts of a pool begin with exactly the prefix that the plan says, and share nothing behind it") {
  const auto tokenizer = load_tokenizer(tokenize::test_data_path("tiny.model"));
  const auto pool = std::make_shared<const workload::PrefixPool>(workload::PrefixPool::Shape{40, 8, {}});
  const RandomPrompts source(*tokenizer, 30, true, 1, pool);
  std::map<std::uint64_t, std::set<std::string>> prefixes;
  std::set<std::string> tails;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const auto spec = source.next({"salt", 0, i});
    const std::string& text = spec->messages.at(0).text;
    CHECK(tokenizer->count(text) == 70);
    CHECK(spec->prompt_tokens == 70U);
    CHECK(spec->shared_tokens == (pool->is_used_before(1, i) ? 40U : 0U));
    const std::string prefix = begin_of(text, 40);
    prefixes[pool->prefix_of(1, i)].insert(prefix);
    tails.insert(text.substr(prefix.size(), 60));
  }
  std::set<std::string> all;
  for (const auto& [number, texts] : prefixes) {
    CHECK(texts.size() == 1);
    all.insert(begin_of(*texts.begin(), 4));
  }
  CHECK(all.size() == 8);
  CHECK(tails.size() == 200);
}

TEST_CASE("a pool is of one stage and one salt, and which prefix a request has is the seed's") {
  const auto tokenizer = load_tokenizer(tokenize::test_data_path("tiny.model"));
  const auto pool = std::make_shared<const workload::PrefixPool>(workload::PrefixPool::Shape{40, 2, {}});
  const RandomPrompts source(*tokenizer, 5, true, 1, pool);
  std::set<std::string> prefixes;
  for (std::uint64_t i = 0; i < 20; ++i) {
    for (const char* salt : {"a", "b"}) {
      for (const std::size_t stage : {0U, 1U}) prefixes.insert(begin_of(text_of(source, stage, i, salt), 4));
    }
  }
  CHECK(prefixes.size() == 8);
  CHECK(RandomPrompts(*tokenizer, 5, true, 1).next({"a", 0, 0})->shared_tokens == 0U);
  CHECK_FALSE(RandomPrompts(*tokenizer, 5, false, 1).next({"a", 0, 0})->shared_tokens);
}

}  // namespace random_prompts_test
