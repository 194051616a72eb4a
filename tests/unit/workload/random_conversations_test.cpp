#include "workload/random_conversations.hpp"

#include <chrono>
#include <set>
#include <string>

#include "support/catch.hpp"
#include "unit/tokenize/test_data.hpp"

namespace random_conversations_test {

using namespace llmload;
using workload::RandomConversations;
using workload::RandomPrompts;

std::shared_ptr<const Tokenizer> tiny() { return load_tokenizer(tokenize::test_data_path("tiny.model"), {}); }

struct Source {
  std::shared_ptr<const Tokenizer> tokenizer = tiny();
  RandomConversations talks;

  explicit Source(const workload::TalkShape& shape)
      : talks(*tokenizer->model(), std::make_shared<const RandomPrompts>(*tokenizer->model(), 12, true, 1),
              shape, 1) {}
};

workload::TalkShape varied() {
  return {TokenLengths::normal({5, 3, 1, 9}), TokenLengths::normal({30, 20, 2, 90}),
          TokenLengths::lognormal({800, 900, 10, 5'000})};
}

TEST_CASE("each turn of a conversation has exactly the tokens that it says, and another text") {
  const Source source(varied());
  std::set<std::string> texts;
  std::size_t all = 0;
  for (std::uint64_t i = 0; i < 20; ++i) {
    const unsigned turns = source.talks.turns({.salt = "s", .index = i});
    CHECK(turns <= source.talks.most_turns());
    for (unsigned turn = 0; turn < turns; ++turn) {
      const auto spec = source.talks.next({.salt = "s", .index = i, .turn = turn});
      REQUIRE(spec->messages.size() == 1);
      CHECK(spec->prompt_tokens == source.tokenizer->count(spec->messages[0].text));
      texts.insert(spec->messages[0].text);
      ++all;
      CHECK((spec->think.count() != 0) == (turn > 0));
      const auto answer = source.talks.answer({.salt = "s", .index = i, .turn = turn}, 40);
      CHECK(source.tokenizer->count(answer.at(0).text) == 40);
    }
  }
  CHECK(texts.size() == all);
}

TEST_CASE("a salt changes the texts of all turns, and neither turns, lengths nor think times") {
  const Source source(varied());
  for (std::uint64_t i = 0; i < 10; ++i) {
    for (unsigned turn = 0; turn < 3; ++turn) {
      const Conversation a{"a", 0, i, {}, turn}, b{"b", 0, i, {}, turn};
      CHECK(source.talks.turns(a) == source.talks.turns(b));
      CHECK(source.talks.next(a)->messages[0].text != source.talks.next(b)->messages[0].text);
      CHECK(source.talks.next(a)->prompt_tokens == source.talks.next(b)->prompt_tokens);
      CHECK(source.talks.next(a)->think == source.talks.next(b)->think);
      CHECK(source.talks.answer(a, 9) != source.talks.answer(b, 9));
    }
  }
}

TEST_CASE("numbers in place of laws hold for all") {
  const Source source({4, 7, TokenLengths(1'500)});
  for (std::uint64_t i = 0; i < 5; ++i) {
    CHECK(source.talks.turns({.index = i}) == 4);
    CHECK(source.talks.next({.index = i, .turn = 2})->prompt_tokens == 7U);
    CHECK(source.talks.next({.index = i, .turn = 2})->think == std::chrono::milliseconds(1'500));
  }
}

}  // namespace random_conversations_test
