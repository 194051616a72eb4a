#include "tokenize/count_tokens.hpp"

#include <algorithm>
#include <numeric>
#include <random>
#include <string>

#include "support/catch.hpp"
#include "tokenize/bytelevel/tiktoken_tokenizer.hpp"
#include "tokenize/formats/tiktoken_file.hpp"
#include "unit/tokenize/test_data.hpp"

namespace count_tokens_test {

using namespace llmload;
using namespace std::chrono_literals;
using tokenize::count_tokens;
using tokenize::token_ends;

/// A user's own: so many tokens as words, a final part of one included.
class Words : public Tokenizer {
  std::size_t count(std::string_view text) const override {
    std::size_t words = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
      words += text[i] != ' ' && (i == 0 || text[i - 1] == ' ') ? 1 : 0;
    return words;
  }
};

/// "ab" is one token, any other letter one each: more text can mean fewer tokens.
class Pairs : public Tokenizer {
  std::size_t count(std::string_view text) const override {
    std::size_t tokens = 0;
    for (std::size_t i = 0; i < text.size(); ++i, ++tokens) i += text.substr(i, 3) == "abc" ? 2 : 0;
    return tokens;
  }
};

/// A stream that brought `pieces` of content.
RequestRecord stream_of(const std::vector<std::string>& pieces) {
  RequestRecord r;
  for (const std::string& piece : pieces) {
    r.output += piece;
    r.events.push_back({{}, static_cast<std::uint32_t>(r.output.size()), 0, TextKind::content, false});
  }
  return r;
}

std::vector<unsigned> tokens_of(const RequestRecord& r) {
  std::vector<unsigned> tokens;
  for (const TokenEvent& event : r.events) tokens.push_back(event.tokens);
  return tokens;
}

TEST_CASE("a token belongs to the event that completes it") {
  RequestRecord r = stream_of({"one", " two", " th", "ree"});
  count_tokens(Words(), r);
  CHECK(r.output_tokens == 3U);
  CHECK(tokens_of(r) == std::vector<unsigned>{1, 1, 1, 0});
}

TEST_CASE("a token that a later event joins with another is only counted once, there") {
  RequestRecord r = stream_of({"a", "b", "c", "a", "b"});
  count_tokens(Pairs(), r);  // "abc" is one; "a" alone was one, "ab" two
  CHECK(r.output_tokens == 3U);
  CHECK(tokens_of(r) == std::vector<unsigned>{1, 0, 0, 1, 1});
}

TEST_CASE("each kind of text is counted as a whole, and apart") {
  RequestRecord r;
  r.reasoning = "let me see";
  r.output = "well then";
  r.tool_text = "f";
  r.events = {{0ns, 6, 0, TextKind::reasoning, false},
              {1ns, 10, 0, TextKind::reasoning, false},
              {2ns, 4, 0, TextKind::content, false},
              {3ns, 1, 0, TextKind::tool, false},
              {4ns, 9, 0, TextKind::content, false}};
  count_tokens(Words(), r);
  CHECK(r.reasoning_tokens == 3U);
  CHECK(r.tool_tokens == 1U);
  CHECK(r.output_tokens == 6U);
  CHECK(tokens_of(r) == std::vector<unsigned>{2, 1, 1, 1, 1});
}

TEST_CASE("an answer that was not streamed is counted without a time line") {
  RequestRecord r;
  r.output = "one two";
  count_tokens(Words(), r);
  CHECK(r.output_tokens == 2U);
  CHECK(r.reasoning_tokens == 0U);
}

TEST_CASE(
    "however a text is cut, the events' tokens add up to those of the whole, with each model's tokenizer") {
  std::mt19937 random(3);
  const std::string text = "  Héllo wörld, 12345 tokens\n\n\tof \xf0\x9f\x98\x80 text... don't \xff stop ";
  const std::shared_ptr<const ModelTokenizer> tokenizers[] = {
      std::make_shared<tokenize::TiktokenTokenizer>(
          tokenize::read_tiktoken(tokenize::test_data("tiny.tiktoken"), "tiny.tiktoken"),
          tokenize::llama3_pretokenizer),
      load_tokenizer(tokenize::test_data_path("tiny.model"))};
  for (const auto& tokenizer : tokenizers) {
    INFO(tokenizer->description());
    const std::size_t whole = tokenizer->count(text);
    const auto ends = token_ends(*tokenizer, text);
    CHECK(ends.size() == whole);
    CHECK(std::ranges::is_sorted(ends));
    CHECK(ends.back() == text.size());
    for (int run = 0; run < 200; ++run) {
      std::vector<std::string> pieces;
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = 1 + random() % 6;
        pieces.push_back(text.substr(at, size));
        at += size;
      }
      RequestRecord r = stream_of(pieces);
      count_tokens(*tokenizer, r);
      const auto tokens = tokens_of(r);
      REQUIRE(std::accumulate(tokens.begin(), tokens.end(), 0U) == whole);
      REQUIRE(r.output_tokens == whole);
    }
  }
}

TEST_CASE("events of several choices, whose texts stand one behind the other, each have their own tokens") {
  RequestRecord r;
  r.output = "one two three four five six";
  for (const std::uint32_t text_end : {8, 19, 14, 27})
    r.events.push_back({{}, text_end, 0, TextKind::content, false});
  count_tokens(Words(), r);
  CHECK(r.output_tokens == 6U);
  CHECK(r.events[0].tokens == 2);
  CHECK(r.events[1].tokens == 1);
  CHECK(r.events[2].tokens == 1);
  CHECK(r.events[3].tokens == 2);
}

}  // namespace count_tokens_test
