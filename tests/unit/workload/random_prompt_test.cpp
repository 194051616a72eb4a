#include "workload/random_prompt.hpp"

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"

using namespace llmload;
using workload::random_prompt;

namespace {

/// A token is a word; one of the words counts as three.
class Words : public ModelTokenizer {
 public:
  explicit Words(std::vector<std::string> pieces, std::string long_word = "")
      : pieces_(std::move(pieces)), long_(std::move(long_word)) {}
  std::size_t count(std::string_view text) const override {
    std::istringstream in{std::string(text)};
    std::size_t n = 0;
    for (std::string word; in >> word;) n += word == long_ ? 3 : 1;
    return n;
  }
  std::vector<std::uint32_t> encode(std::string_view) const override { return {}; }
  std::string piece(std::uint32_t id) const override { return pieces_.at(id); }
  std::size_t size() const override { return pieces_.size(); }
  std::string description() const override { return "words"; }

 private:
  std::vector<std::string> pieces_;
  std::string long_;
};

const Words few({"", "a", "in", "load", "test", "speed", " space", "na\xc3\xafve", "wait", "a\nb", "long"});

std::vector<std::string> split(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

}  // namespace

TEST_CASE("a random prompt has exactly the tokens asked for") {
  for (std::size_t n = 1; n <= 100; ++n) CHECK(few.count(random_prompt(few, n, 1)) == n);
}

TEST_CASE("the same seed gives the same prompt, another seed another") {
  CHECK(random_prompt(few, 25, 7) == random_prompt(few, 25, 7));
  CHECK(random_prompt(few, 25, 7) != random_prompt(few, 25, 8));
}

TEST_CASE("words are printable ASCII and longer than 2, each with a space behind it") {
  const std::set<std::string> allowed = {"load", "test", "speed", "wait", "long"};
  const auto prompt = random_prompt(few, 200, 3);
  CHECK(prompt.ends_with(' '));
  std::set<std::string> used;
  for (const auto& word : split(prompt)) used.insert(word);
  CHECK(used == allowed);
}

TEST_CASE("where the last word overshoots it is drawn anew") {
  const Words uneven({"abc", "xyz"}, "xyz");
  for (std::uint64_t seed = 0; seed < 20; ++seed) CHECK(uneven.count(random_prompt(uneven, 10, seed)) == 10);
}

TEST_CASE("where no word fits, the prompt is as little too long as can be") {
  const Words threes({"xyz"}, "xyz");
  CHECK(threes.count(random_prompt(threes, 7, 1)) == 9);
  CHECK(threes.count(random_prompt(threes, 1, 1)) == 3);
}

TEST_CASE("a vocabulary without a word is refused") {
  CHECK_THROWS_AS(random_prompt(Words({"", "a", "\xe2\x82\xac"}), 5, 1), InputError);
  CHECK_THROWS_AS(random_prompt(Words({}), 5, 1), InputError);
}
