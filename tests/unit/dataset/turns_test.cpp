#include "dataset/turns.hpp"

#include <string>

#include "support/catch.hpp"

namespace turns_test {

using namespace llmload;
using dataset::Turn;
using dataset::turns_in;

/// A message for each letter: of the system, a user, an assistant, a tool.
std::vector<Message> messages(const std::string& letters) {
  std::vector<Message> list;
  for (const char letter : letters)
    list.push_back({letter == 's'   ? "system"
                    : letter == 'u' ? "user"
                    : letter == 'a' ? "assistant"
                                    : "tool",
                    "x"});
  return list;
}

/// "2-3-4": where each turn begins, has asked, and ends.
std::string places(const std::string& letters) {
  std::string text;
  for (const Turn& turn : turns_in(messages(letters))) {
    text += (text.empty() ? "" : " ") + std::to_string(turn.begin) + '-' + std::to_string(turn.asked_until) +
            '-' + std::to_string(turn.end);
  }
  return text;
}

TEST_CASE("a turn is what is asked, and what is answered behind it") {
  CHECK(places("ua") == "0-1-2");
  CHECK(places("uaua") == "0-1-2 2-3-4");
  CHECK(places("uau") == "0-1-2 2-3-3");
  CHECK(places("u") == "0-1-1");
  CHECK(places("uuaau") == "0-2-4 4-5-5");
  CHECK(places("suau") == "0-2-3 3-4-4");
  CHECK(places("uataua") == "0-1-2 2-3-4 4-5-6");
}

TEST_CASE("what is ahead of the first user is asked with it") {
  CHECK(places("sauau") == "0-3-4 4-5-5");
  CHECK(places("aua") == "0-2-3");
  CHECK(places("s") == "0-1-1");
  CHECK(places("sa") == "0-2-2");
}

TEST_CASE("tools' results are bound to the answers before them") {
  CHECK(dataset::bound_to_answers(messages("suau")).empty());
  CHECK_FALSE(dataset::bound_to_answers(messages("uata")).empty());
}

}  // namespace turns_test
