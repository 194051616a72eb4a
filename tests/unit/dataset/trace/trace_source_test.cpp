#include "dataset/trace/trace_source.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "support/catch.hpp"
#include "unit/tokenize/test_data.hpp"

namespace trace_source_test {

using namespace llmload;
using namespace std::chrono_literals;
using dataset::Trace;
using dataset::TracePacer;
using dataset::TraceSource;

std::shared_ptr<const Trace> plain() {
  Trace trace;
  trace.due = {0s, 1s, 1s};
  trace.input = {40, 7, 300};
  trace.output = {5, 6, 7};
  return std::make_shared<const Trace>(std::move(trace));
}

/// Blocks of 16 tokens: rows 0 and 1 begin with the same one, and row 1 and 2 with the same two.
std::shared_ptr<const Trace> with_blocks() {
  Trace trace;
  trace.due = {0s, 1s, 2s};
  trace.input = {20, 40, 33};
  trace.output = {1, 1, 1};
  trace.block_tokens = 16;
  trace.hashes = {1, 5, 1, 2, 3, 1, 2, 9};
  trace.hashes_until = {2, 5, 8};
  trace.shared = {0, 16, 32};
  return std::make_shared<const Trace>(std::move(trace));
}

const auto tokenizer = load_tokenizer(tokenize::test_data_path("tiny.model"));

std::string text_of(const TraceSource& source, std::uint64_t index, const char* salt = "s") {
  return source.next({salt, 0, index, {}})->messages.at(0).text;
}

/// Words that two texts have in common at their beginning; of this vocabulary each is a token.
std::size_t common(const std::string& a, const std::string& b) {
  const auto [end, other] = std::ranges::mismatch(a, b);
  const auto words = static_cast<std::size_t>(std::count(a.begin(), end, ' '));
  return end == a.end() || other == b.end() ? words + 1 : words;
}

TEST_CASE("prompts and answers have exactly the lengths of the rows, and prompts share nothing") {
  const TraceSource source(*tokenizer, plain(), 1, 1);
  std::set<std::string> begins;
  for (std::uint64_t i = 0; i < 6; ++i) {
    const auto spec = source.next({"s", 0, i, {}});
    CHECK(tokenizer->count(spec->messages.at(0).text) == plain()->input[i % 3]);
    CHECK(spec->prompt_tokens == plain()->input[i % 3]);
    CHECK(spec->max_tokens == plain()->output[i % 3]);
    CHECK(spec->shared_tokens == 0U);
    begins.insert(spec->messages[0].text.substr(0, 20));
  }
  CHECK(begins.size() == 6);
  CHECK(text_of(source, 0) == text_of(source, 0));
  CHECK(text_of(source, 0) != text_of(source, 0, "other"));
}

TEST_CASE("prompts share exactly the blocks whose hashes their rows share, to the token") {
  const TraceSource source(*tokenizer, with_blocks(), 1, 1);
  for (std::uint64_t i = 0; i < 3; ++i)
    CHECK(tokenizer->count(text_of(source, i)) == with_blocks()->input[i]);
  CHECK(common(text_of(source, 0), text_of(source, 1)) == 16);
  CHECK(common(text_of(source, 1), text_of(source, 2)) == 32);
  CHECK(source.next({"s", 0, 2, {}})->shared_tokens == 32U);
}

TEST_CASE("copies of a row, and rows that come again, share nothing with each other") {
  const TraceSource source(*tokenizer, with_blocks(), 2, 1);
  CHECK(common(text_of(source, 0), text_of(source, 1)) < 16);
  CHECK(common(text_of(source, 0), text_of(source, 2)) == 16);  // rows 0 and 1 of the first copy
  CHECK(common(text_of(source, 1), text_of(source, 3)) == 16);
  CHECK(common(text_of(source, 0), text_of(source, 6)) < 16);  // the next pass
}

TEST_CASE("each copy is due with its row, and the schedule ends with the rows") {
  const TracePacer pacer(plain(), 2);
  CHECK(pacer.due(0) == 0s);
  CHECK(pacer.due(1) == 0s);
  CHECK(pacer.due(2) == 1s);
  CHECK(pacer.due(5) == 1s);
  CHECK_FALSE(pacer.due(6));
}

}  // namespace trace_source_test
