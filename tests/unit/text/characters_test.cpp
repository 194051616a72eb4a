#include "text/characters.hpp"

#include "support/catch.hpp"

namespace characters_test {

using namespace llmload::text;

TEST_CASE("a control character is one below the blank, or DEL") {
  CHECK_FALSE(has_control_character(""));
  CHECK_FALSE(has_control_character(" ~\x80\xff"));
  CHECK(has_control_character("a\x1f"));
  CHECK(has_control_character("\x7f"));
  CHECK(has_control_character({"\0", 1}));
}

TEST_CASE("visible text has no blank, no control character, and nothing beyond ASCII") {
  CHECK(is_visible(""));
  CHECK(is_visible("!a~"));
  CHECK_FALSE(is_visible("a b"));
  CHECK_FALSE(is_visible("a\x1f"));
  CHECK_FALSE(is_visible("a\x7f"));
  CHECK_FALSE(is_visible("a\x80"));
}

}  // namespace characters_test
